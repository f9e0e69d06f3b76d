"""The watch over every browser test: it would be worth nothing if it slept."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page

from conftest import Watch

INLINE_SCRIPT = """() => {
    const script = document.createElement("script");
    script.textContent = "document.title = 'it ran'";
    document.body.append(script);
}"""


def test_a_page_that_breaks_its_policy_is_noticed(page: Page, watch: Watch) -> None:
    page.goto("/health/")
    page.evaluate(INLINE_SCRIPT)
    page.wait_for_timeout(100)

    assert page.title() != "it ran"
    assert ["policy broken" in fault for fault in watch.faults] == [True]
    watch.faults.clear()


def test_a_request_to_another_host_is_noticed_and_goes_nowhere(
    new_context: Callable[..., BrowserContext], watch: Watch
) -> None:
    page = new_context(bypass_csp=True).new_page()
    page.goto("/health/")
    answer = page.evaluate("fetch('http://elsewhere.example/pixel').then(() => 'sent', () => 'refused')")

    assert answer == "refused"
    assert watch.faults == ["foreign host: http://elsewhere.example/pixel"]
    watch.faults.clear()


def test_an_error_in_a_script_is_noticed(page: Page, watch: Watch) -> None:
    page.goto("/health/")
    page.evaluate("setTimeout(() => { throw new Error('by the test') })")
    page.wait_for_timeout(100)

    assert watch.faults == ["script error: by the test"]
    watch.faults.clear()
