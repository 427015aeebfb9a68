# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.extras import Json

from odoo import models

from ..feeds.lanes import INVENTORY, lane_of


class AmazonListingAnswer(models.Model):
    """What Amazon's answers make of listings: many of them in one statement."""

    _inherit = "amazon.listing"

    def _store_answers(self, answers):
        """Store what Amazon said of what was sent.

        :param answers: list of (listing, operation, lanes sent, ``Outcome``); several
            of one listing are joined; the outcome is None where nothing is known,
            because the whole feed was aborted
        """
        states = {}
        for listing, operation, lanes, outcome in answers:
            state = states.get(listing.id) or listing._get_answer_state()
            if outcome is None:
                state.update(state="doubtful", accepted=None, sent=None)
                state["issues"] = self.env._("Amazon aborted the feed.")
            elif outcome.accepted:
                listing._join_accepted(state, operation, lanes, outcome.data)
            else:
                state["sent"] = self._without(state["sent"], lanes)
                state["issues"] = outcome.text
            states[listing.id] = state
        self._write_states(states)

    def _follow_answers(self, answers):
        """Let go on what Amazon's answers make possible."""
        taken = [a for a in answers if a[3] is not None and a[3].accepted]

        def pick(operation):
            return self.browse(a[0].id for a in taken if a[1] == operation)

        stocked = self.browse(
            listing.id
            for listing, operation, lanes, _outcome in taken
            if operation != "DELETE" and INVENTORY in lanes
        )
        stocked._forget_other_stock()
        pick("UPDATE")._on_made()
        pick("DELETE")._pass_on_stock()

    def _get_answer_state(self):
        self.ensure_one()
        return {
            "state": self.state,
            "sent": self.sent or None,
            "accepted": self.accepted or None,
            "asin": self.asin or None,
            "issues": self.issues or None,
            "is_new": False,
        }

    def _join_accepted(self, state, operation, lanes, data):
        """Note in *state* that Amazon accepted what was sent of these lanes.

        :param data: item: the listing as Amazon's report shows it, or an empty dict;
            notes: what Amazon remarked
        """
        state["issues"] = data["notes"]
        if operation == "DELETE":
            state.update(state="deleted", accepted=None, sent=None)
            return
        summary = next(iter(data["item"].get("summaries") or []), {})
        sent = state["sent"] or {}
        known = {} if operation == "UPDATE" else state["accepted"] or {}
        attributes = {
            name: value
            for name, value in (known.get("attributes") or {}).items()
            if lane_of(name) not in lanes
        }
        for lane in lanes:
            attributes.update((sent.get("lanes") or {}).get(lane) or {})
        product_type = sent.get("product_type") or known.get("product_type")
        state.update(
            state="listed",
            accepted={"product_type": product_type, "attributes": attributes},
            sent=self._without(sent, lanes),
            asin=summary.get("asin") or state["asin"],
            is_new=True,
        )

    @staticmethod
    def _without(sent, lanes):
        """Return what is still on its way when these lanes have their answer."""
        sent = sent or {}
        left = {k: v for k, v in (sent.get("lanes") or {}).items() if k not in lanes}
        return {**sent, "lanes": left} if left else None

    def _write_states(self, states):
        self.flush_model()
        self.env.cr.execute_values(
            """
            UPDATE amazon_listing AS l
               SET state = v.state, sent = v.sent::jsonb, accepted = v.accepted::jsonb,
                   asin = v.asin, issues = v.issues,
                   accepted_date = CASE WHEN v.is_new
                       THEN now() AT TIME ZONE 'UTC' ELSE l.accepted_date END
              FROM (VALUES %s) AS v (id, state, sent, accepted, asin, issues, is_new)
             WHERE l.id = v.id
            """,
            [
                (
                    id_,
                    state["state"],
                    state["sent"] and Json(state["sent"]),
                    state["accepted"] and Json(state["accepted"]),
                    state["asin"],
                    state["issues"],
                    state["is_new"],
                )
                for id_, state in states.items()
            ],
            page_size=1000,
        )
        self.invalidate_model()
