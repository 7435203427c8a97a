"""Addresses of users, roles and the trail. What changes users asks for the password once more."""

from django.urls import path

from yinfeng.web.desk import audit_pages, users
from yinfeng.web.frame.reauth import confirm_first
from yinfeng.web.frame.site import staff

urlpatterns = [
    path("rights/", staff(users.rights), name="rights"),
    path("users/", staff(users.index), name="users"),
    path("users/add/", staff(confirm_first(users.add)), name="user-add"),
    path("users/<int:pk>/", staff(users.one), name="user"),
    path("users/<int:pk>/change/", staff(confirm_first(users.change)), name="user-change"),
    path("users/<int:pk>/grant/", staff(confirm_first(users.grant)), name="user-grant"),
    path(
        "users/<int:pk>/roles/<int:membership>/withdraw/",
        staff(confirm_first(users.withdraw)),
        name="user-withdraw",
    ),
    path("users/<int:pk>/activate/", staff(confirm_first(users.activate)), name="user-activate"),
    path("users/<int:pk>/reset/", staff(confirm_first(users.reset)), name="user-reset"),
    path("audit/", staff(audit_pages.index), name="audit"),
    path("audit/<int:pk>/", staff(audit_pages.one), name="audit-entry"),
    path("audit/export/", staff(audit_pages.export), name="audit-export"),
]
