from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "alumni_site.core"
    label = "core"

    def ready(self) -> None:
        from datetime import timedelta

        from alumni_site.core import checks  # noqa: F401
        from alumni_site.core.background import register_service
        from alumni_site.core.form_messages import use_plain_messages
        from alumni_site.core.health import cache_answers, database_answers, register_readiness, service_answers
        from alumni_site.core.heartbeats import forget_the_dead
        from alumni_site.core.retries import WORKER, reap_lost_tasks
        from alumni_site.core.schedule import register_job, run_schedule
        from alumni_site.core.worker import run_worker

        use_plain_messages()
        register_readiness("database", database_answers)
        register_readiness("cache", cache_answers)
        register_readiness(WORKER, service_answers(WORKER))
        register_service(WORKER, run_worker)
        register_service("schedule", run_schedule)
        register_job("reap-lost-tasks", every=timedelta(seconds=30), run=reap_lost_tasks)
        register_job("forget-dead-processes", every=timedelta(hours=6), run=forget_the_dead)
