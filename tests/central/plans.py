"""The plans of every site of the example, made afresh."""

import datetime as dt

from homeroom.plan.allocate import allocate
from homeroom.plan.layout import site_plan
from homeroom.plan.ledger import Ledger


def plans_of(example):
    _, facts, policy = example
    ledger, _ = allocate(facts, Ledger({}), dt.date(2026, 1, 1))
    roles = {name: role.vlan for name, role in policy.roles.items()}
    entries = {entry.site: entry for entry in ledger.entries.values()}
    return [site_plan(site, entries[site.id], facts.equipment, roles) for site in facts.sites]
