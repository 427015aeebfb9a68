# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import TransactionCase, tagged

from ..enqueue import enqueue_once

KEY = "amazon-test-once"


@tagged("post_install", "-at_install")
class TestEnqueue(TransactionCase):
    """No change is left without a job that will see it."""

    def setUp(self):
        super().setUp()
        # What looks again does so in a transaction of its own.
        self.enterContext(self.enter_registry_test_mode())

    def jobs(self):
        return self.env["queue.job"].search([("identity_key", "=", KEY)])

    def enqueue(self, eta=None):
        def make(env):
            dispatcher = env["product.integration"].sudo()
            dispatcher.with_delay(identity_key=KEY, eta=eta)._job_dispatch()

        enqueue_once(self.env, KEY, make)

    def move(self, job, state):
        self.env.cr.execute(
            "UPDATE queue_job SET state = %s WHERE id = %s", [state, job.id]
        )
        self.env.invalidate_all()

    def test_one_job_for_many(self):
        self.enqueue()
        self.enqueue()
        self.env.cr.postcommit.run()
        self.assertEqual(len(self.jobs()), 1)

    def test_job_that_has_started_meanwhile_is_none_that_waits(self):
        for state in ("started", "done"):
            with self.subTest(state):
                self.jobs().unlink()
                self.enqueue()
                first = self.jobs()
                self.enqueue()
                self.move(first, state)
                self.env.cr.postcommit.run()
                self.assertEqual((self.jobs() - first).state, "pending")

    def test_job_of_later_cannot_have_started(self):
        later = fields.Datetime.now() + timedelta(minutes=1)
        self.enqueue(eta=later)
        first = self.jobs()
        self.enqueue(eta=later)
        self.move(first, "done")
        self.env.cr.postcommit.run()
        self.assertEqual(self.jobs(), first)
