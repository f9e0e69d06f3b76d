"""Begin and stop an experiment."""

import secrets
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from secondwind.accounts.models import User
from secondwind.recovery import danger, evidence, experiments
from secondwind.recovery.errors import Refused
from secondwind.recovery.models import Experiment
from secondwind.running.exposure.trial import BLOCKS


@transaction.atomic
def begin(owner: User, offer: experiments.Offer, today: date) -> Experiment:
    """A new experiment from today. Raises Refused while another runs or a danger sign was told lately."""
    User.objects.select_for_update().get(pk=owner.pk)
    if any(experiments.is_under_way(one, today) for one in Experiment.objects.filter(owner=owner)):
        raise Refused(_("One experiment at a time: finish or stop the one under way first."))
    if danger.lately(owner, today) is not None:
        raise Refused(_("You told of a danger sign lately. Have it looked at before you experiment."))
    return Experiment.objects.create(
        owner=owner,
        region=offer.site.region,
        side=offer.site.side,
        slot=offer.slot,
        exposure=offer.exposure,
        label=offer.label,
        seed=secrets.randbelow(2**31),
        blocks=BLOCKS,
        sore=evidence.SORE,
        started_on=today,
    )


def stop(row: Experiment, today: date) -> None:
    """End it early; what was told until then is kept."""
    if experiments.is_under_way(row, today):
        row.stopped_on = today
        row.save(update_fields=["stopped_on"])


def delete(row: Experiment) -> None:
    """Take it away; runs and pain stay."""
    row.delete()
