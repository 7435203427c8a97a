"""Addresses of jobs, below ``/desk/jobs/``."""

from django.urls import path

from yinfeng.web.frame.site import staff
from yinfeng.web.jobs import views

urlpatterns = [
    path("<int:job_id>/", staff(views.show), name="job"),
    path("<int:job_id>/progress/", staff(views.progress), name="job-progress"),
    path("<int:job_id>/cancel/", staff(views.cancel), name="job-cancel"),
]
