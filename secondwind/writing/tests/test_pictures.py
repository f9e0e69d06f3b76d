"""Of an uploaded picture only the pixels are kept; what is no picture is refused in a sentence."""

import struct
import zipfile
import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from secondwind.writing.pictures import BROKEN, HEIC, LONGEST_SIDE, MOST_BYTES, NO_PICTURE, BadPicture, anew

SECRET = b"SECRET-PAYLOAD-51.5007N-0.1246W"
SCRIPT = b"<script>alert('" + SECRET + b"')</script>"


def photo(size=(400, 300), mode="RGB"):
    """Something with many colours."""
    return Image.effect_noise(size, 60).convert(mode)


def gradient(size=(400, 300)):
    wide = Image.linear_gradient("L").resize(size)
    tall = Image.linear_gradient("L").rotate(90).resize(size)
    return Image.merge("RGB", (wide, tall, Image.radial_gradient("L").resize(size)))


def saved(image, kind="JPEG", **options):
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def opened(new):
    assert new.kind == "webp"
    image = Image.open(BytesIO(new.data))
    image.load()
    assert (image.format, *image.size) == ("WEBP", new.width, new.height)
    return image


def exif(orientation=1):
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010E] = SECRET.decode()
    tags[0x8825] = {1: "N", 2: (51.0, 30.0, 2.5), 3: "W", 4: (0.0, 7.0, 28.6), 29: SECRET.decode()}
    return tags


def zipped():
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("x.html", SCRIPT)
    return file.getvalue()


def with_texts():
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", SCRIPT.decode())
    texts.add_itxt("XML:com.adobe.xmp", SCRIPT.decode())
    return texts


LOADED = {
    "JPEG with a place": saved(photo(), exif=exif()),
    "JPEG with a comment": saved(photo(), comment=SCRIPT),
    "JPEG with XMP": saved(photo(), xmp=SCRIPT),
    "JPEG and a zip": saved(photo()) + zipped(),
    "JPEG and a page": saved(photo()) + b"<!doctype html>" + SCRIPT,
    "JPEG with a profile": saved(
        photo(), icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    ),
    "PNG with texts": saved(gradient(), "PNG", pnginfo=with_texts(), exif=exif()),
    "PNG and a script": saved(gradient(), "PNG") + SCRIPT,
    "GIF with a comment": saved(gradient().quantize(64), "GIF", comment=SCRIPT) + SCRIPT,
    "WebP with a place": saved(photo(), "WEBP", exif=exif(), xmp=SCRIPT),
}


@pytest.mark.parametrize("name", LOADED)
def test_only_the_pixels_are_kept(name):
    data = LOADED[name]
    new = anew(data)
    image = opened(new)
    assert image.size == (400, 300)
    for mark in (SECRET, b"script", b"doctype", b"PK\x03\x04", b"EXIF", b"Exif", b"XMP ", b"ICCP", b"x.html"):
        assert mark not in new.data
    assert not image.getexif()
    assert not {"icc_profile", "exif", "xmp", "comment"} & set(image.info)
    assert new.data[4:8] == struct.pack("<I", len(new.data) - 8)  # nothing stands after the end of the file


def test_the_payloads_of_these_tests_are_there_before():
    assert all(SECRET in data or b"ICC_PROFILE" in data or b"PK\x03\x04" in data for data in LOADED.values())


def test_the_same_file_gives_the_same_picture():
    assert anew(LOADED["JPEG with a place"]) == anew(BytesIO(LOADED["JPEG with a place"]))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_upright(orientation):
    # The red corner is at the upper left as it is to be seen.
    turned = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # how the camera stored it: Image.Transpose
    seen = Image.new("RGB", (300, 200), "white")
    ImageDraw.Draw(seen).rectangle((0, 0, 60, 60), fill="red")
    stored = seen.transpose(Image.Transpose(turned[orientation])) if orientation > 1 else seen
    image = opened(anew(saved(stored, exif=exif(orientation), quality=95))).convert("RGB")
    assert image.size == (300, 200)
    red, green, blue = image.getpixel((20, 20))
    assert red > 200
    assert max(green, blue) < 60
    assert min(image.getpixel((280, 180))) > 200


def test_a_large_picture_is_made_to_fit():
    new = anew(saved(gradient((5000, 2500))))
    assert (new.width, new.height) == (LONGEST_SIDE, LONGEST_SIDE // 2)


def test_a_thin_picture_keeps_a_pixel():
    assert anew(saved(Image.new("RGB", (30_000, 1)), "PNG")).height == 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_mode_of_png_is_shown(mode):
    image = opened(anew(saved(gradient().convert("L").convert(mode), "PNG"))).convert("L")
    low, high = image.getextrema()
    assert low < 30
    assert high > 200


def test_sixteen_bits_of_grey_keep_their_scale():
    deep = gradient().convert("L").convert("I").point(lambda grey: grey * 257).convert("I;16")
    low, high = opened(anew(saved(deep, "PNG"))).convert("L").getextrema()
    assert low < 30
    assert high > 200


def test_a_cmyk_jpeg_keeps_its_colours():
    red, green, blue = (
        opened(anew(saved(Image.new("CMYK", (300, 300), (0, 255, 255, 0))))).convert("RGB").getpixel((9, 9))
    )
    assert red > 200
    assert max(green, blue) < 60


def test_what_is_transparent_stays_so():
    image = Image.new("RGBA", (50, 50), (255, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((0, 0, 20, 20), fill=(0, 0, 255, 255))
    shown = opened(anew(saved(image, "PNG")))
    assert shown.getpixel((10, 10)) == (0, 0, 255, 255)
    assert shown.getpixel((40, 40))[3] == 0


def test_a_transparent_colour_of_a_palette_stays_so():
    image = Image.new("P", (20, 20), 0)
    image.putpalette([255, 0, 0, 0, 0, 255])
    assert opened(anew(saved(image, "GIF", transparency=0))).getpixel((5, 5))[3] == 0


def test_a_drawing_keeps_its_lines_and_a_photo_is_small():
    drawing = Image.new("RGB", (600, 400), "white")
    ImageDraw.Draw(drawing).line((0, 0, 599, 399), fill="black")
    assert opened(anew(saved(drawing, "PNG"))).convert("RGB").tobytes() == drawing.tobytes()
    assert len(anew(saved(photo((1000, 800)), "PNG")).data) < len(saved(photo((1000, 800)), "PNG")) / 2


def test_the_first_frame_of_an_animation_is_shown():
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    shown = opened(anew(saved(frames[0], "GIF", save_all=True, append_images=frames[1:])))
    assert shown.convert("RGB").getpixel((5, 5)) == (255, 0, 0)
    assert getattr(shown, "n_frames", 1) == 1


def test_colours_of_another_profile_are_brought_to_srgb():
    lab = ImageCms.createProfile("LAB")
    odd = saved(
        Image.new("RGB", (300, 300), (200, 30, 30)),
        "PNG",
        icc_profile=ImageCms.ImageCmsProfile(lab).tobytes(),
    )
    # A profile that does not fit is left aside, and does not lose the picture.
    assert opened(anew(odd)).convert("RGB").getpixel((5, 5)) == (200, 30, 30)


def test_a_broken_profile_does_not_lose_the_picture():
    assert anew(saved(photo(), icc_profile=SECRET * 10)).width == 400


def png_of_claimed_size(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(6_400, 6_400), (10_000, 10_000), (50_000, 50_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_by_what_it_claims(size):
    with pytest.raises(BadPicture, match=r"more than 40 million pixels"):
        anew(png_of_claimed_size(*size))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "This file is empty. Choose the picture again."),
        (b"\0" * (MOST_BYTES + 1), "larger than 12 MB"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 99, HEIC),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', NO_PICTURE),
        (b"%PDF-1.7", NO_PICTURE),
        (b"BM" + b"\0" * 200, NO_PICTURE),
        (saved(photo(), "TIFF"), NO_PICTURE),
        (zipped(), NO_PICTURE),
    ],
)
def test_what_is_no_picture_is_refused_in_a_sentence(data, sentence):
    with pytest.raises(BadPicture) as refused:
        anew(data)
    assert sentence in str(refused.value)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_picture_that_is_cut_off_is_refused(kind, share):
    data = saved(photo().quantize(200) if kind == "GIF" else photo(), kind)
    with pytest.raises(BadPicture) as refused:
        anew(data[: int(len(data) * share)])
    assert str(refused.value) in {BROKEN, NO_PICTURE}


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\0\0\0\0WEBP"]),
)
def test_random_bytes_are_refused_and_never_fail(noise, magic):
    with pytest.raises(BadPicture, match=r"\.$"):
        anew(magic + noise)


SMALL = {
    kind: saved(photo((40, 30)), kind, **({"exif": exif()} if kind != "GIF" else {}))
    for kind in ("JPEG", "PNG", "GIF", "WEBP")
}


@settings(deadline=None)
@given(st.sampled_from(sorted(SMALL)), st.integers(0, 10_000), st.binary(min_size=1, max_size=40))
def test_a_damaged_picture_is_refused_or_made_anew(kind, at, noise):
    at %= len(SMALL[kind])
    try:
        new = anew(SMALL[kind][:at] + noise + SMALL[kind][at + len(noise) :])
    except BadPicture as refused:
        assert str(refused).endswith((".", "again."))  # noqa: PT017 - either outcome is right
    else:
        assert opened(new).size == (new.width, new.height)
