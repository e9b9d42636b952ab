from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"

    def ready(self) -> None:
        from alumni_site.core.background import register_service
        from alumni_site.core.health import register_readiness, service_answers
        from search.drainer import DRAINER, drain_forever
        from search.engines import engine_answers
        from search.registrations import register

        register()
        register_service(DRAINER, drain_forever)
        register_readiness(DRAINER, service_answers(DRAINER))
        register_readiness("search", engine_answers)
