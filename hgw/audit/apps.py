from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "hgw.audit"
    label = "audit"
