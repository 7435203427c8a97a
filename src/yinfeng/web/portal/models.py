"""What the portal keeps: links to share, receipts of enquiries, and how often an address asked."""

import secrets

from django.db import models


def new_secret() -> str:
    """Give 128 random bits as they stand in an address."""
    return secrets.token_urlsafe(16)


class Share(models.Model):
    """A link to chosen places, as somebody wants to show them to others.

    ``need`` holds what was asked, as the form's texts; ``names`` what the places were called then, so that
    one that left the portal can be named without looking at its record.
    """

    secret = models.CharField(max_length=32, unique=True, default=new_secret)
    place_ids = models.JSONField(default=list)
    names = models.JSONField(default=dict)
    need = models.JSONField(default=dict)
    zones = models.ManyToManyField("zones.Zone", related_name="+")  # of the places: whose staff may end it
    made_at = models.DateTimeField(auto_now_add=True)
    expires_on = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=150, blank=True)

    class Meta:
        indexes = [models.Index(fields=["expires_on"], name="share_expires")]


class Receipt(models.Model):
    """The page an enquiry ends on: an address nobody can guess, and the form it came by, taken once only."""

    secret = models.CharField(max_length=32, unique=True, default=new_secret)
    form_id = models.CharField(max_length=32, unique=True)
    lead = models.OneToOneField("leads.Lead", models.CASCADE, related_name="+")
    answer_by = models.DateField()
    made_at = models.DateTimeField(auto_now_add=True)


class Asked(models.Model):
    """That an address asked for something costly; the address itself is not kept."""

    what = models.CharField(max_length=12)
    who = models.CharField(max_length=32)  # a keyed digest of the address, another one each day
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["what", "at"], name="asked_what")]
