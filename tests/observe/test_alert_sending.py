"""Messages out, to real servers: signed, tried again, lost in no restart; hostile text is shown and never obeyed."""

import asyncio
import dataclasses
import hashlib
import hmac
import html
import socket
import threading
import time

import pytest
from taking import Box, Hook, certificate, smtp
from watched import NOW, SECRET

from homeroom.errors import NotTaken
from homeroom.observe import send
from homeroom.observe.alert_message import Sender, document, mail, page, subject, text
from homeroom.observe.alert_settings import Mail, Receiver
from homeroom.observe.alert_state import Due, Message
from homeroom.store import alerts
from homeroom.store.alerts import Alert

SENDER = Sender("py", "Escuelas <b>Conectadas</b>", "America/Asuncion", {"PY-1": "Concepción"})
EVIL = '<script>alert(1)</script>\r\nBcc: all@example.org\x1b[2J\u202e & "q"'


def message(*alerts_, region="PY-1"):
    found = alerts_ or (Alert("fault:x", "critical", "PY-1", "s1", "x is down", "Behind it: 3 devices.", NOW, id=1),)
    return Message("abc", "noc", region, tuple(Due(one, "opened", None) for one in found))


def evil(number=1):
    return Alert(f"drift:{EVIL}", "warning", "PY-1", "s1", f"title {EVIL}", f"body\n{EVIL}", NOW, id=number)


def reveal(_name):
    return SECRET


def test_a_webhook_is_signed_over_time_and_body():
    with Hook() as hook:
        send.Webhook(hook.url, "hook", SENDER, reveal).send(message(), NOW)
    ((headers, body),) = hook.taken
    signed = hmac.new(SECRET.encode(), f"{NOW}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["X-Homeroom-Timestamp"] == str(NOW)
    assert headers["X-Homeroom-Signature"] == f"sha256={signed}"
    (said,) = hook.documents
    assert {name: said[name] for name in ("programme", "id", "region", "more")} == {
        "programme": "py",
        "id": "abc",
        "region": "PY-1",
        "more": 0,
    }
    assert said["alerts"][0]["title"] == "x is down"
    assert said["alerts"][0]["state"] == "open"
    assert SECRET.encode() not in body
    assert SECRET not in str(headers)


def test_a_redirection_is_not_followed_and_a_refusal_is_said():
    with Hook() as other, Hook(302, location=other.url) as hook:
        with pytest.raises(NotTaken, match="answered 302"):
            send.Webhook(hook.url, "hook", SENDER, reveal).send(message(), NOW)
        assert not other.taken


def test_a_webhook_that_is_away_is_said_without_a_library_error():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(NotTaken, match="refused; it is tried again"):
            send.Webhook(f"http://127.0.0.1:{port}/", "hook", SENDER, reveal).send(message(), NOW)


def test_pauses_grow_and_are_bounded():
    assert [send.pause(n, 0.5) for n in (1, 2, 3)] == [5, 10, 20]
    assert send.pause(50, 1.0) == 750
    assert send.pause(1, 0.0) == 3.75


def test_hostile_text_in_a_mail_stays_text():
    made = mail(message(evil()), SENDER, "noc@example.org", ("duty@example.org",), NOW)
    raw = made.as_bytes()
    assert made["Bcc"] is None
    assert b"\r\nBcc:" not in raw
    assert len(made["To"].addresses) == 1
    plain, rich = (part.get_content() for part in made.iter_parts())
    for said in (plain, rich, made["Subject"]):
        assert "\x1b" not in said
        assert "\u202e" not in said
    assert "<script" not in rich
    assert html.escape("<script>alert(1)</script>") in rich
    assert "<b>Conectadas" not in rich
    assert "all@example.org" in plain, "it is shown"


def test_a_long_message_is_bounded():
    many = message(*(evil(n) for n in range(200)))
    said = text(many, SENDER)
    assert "and 150 more" in said
    assert len(said) < 50_000
    assert len(page(many, SENDER)) < 100_000
    assert len(document(many, SENDER, NOW)) < 100_000
    assert "and 199 more" in subject(many, SENDER)


def test_what_is_over_is_said_to_be_over():
    one = dataclasses.replace(message().dues[0].alert, closed=NOW + 60.0)
    over = Message("abc", "noc", "PY-1", (Due(one, "closed", None),))
    assert subject(over, SENDER) == "[Homeroom] over: x is down (Concepción)"
    assert "over: x is down" in text(over, SENDER)
    assert "until 2027-01-15 05:01 -0300" in text(over, SENDER)


@pytest.fixture
def trusted(tmp_path, monkeypatch):
    files = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))
    return files


def server(port, **more):
    return Mail("127.0.0.1", "homeroom@example.org", port, **more)


def test_mail_goes_over_starttls_after_a_login(trusted):
    pytest.importorskip("aiosmtpd", reason="no mail server to try: pip install aiosmtpd")
    box = Box()
    with smtp(box, "homeroom", SECRET, trusted) as port:
        given = server(port, user="homeroom", password="post")
        assert not send.Post(given, ("duty@example.org", "noc@example.org"), SENDER, reveal).send(message(), NOW)
        with pytest.raises(NotTaken, match="the login was refused") as refused:
            send.Post(given, ("duty@example.org",), SENDER, lambda _: "wrong-password-1").send(message(), NOW)
    assert "wrong-password" not in str(refused.value)
    ((encrypted, to, parsed, raw),) = box.mails
    assert encrypted
    assert to == ["duty@example.org", "noc@example.org"]
    assert parsed["Subject"] == "[Homeroom] critical: x is down (Concepción)"
    assert parsed["Message-ID"] == "<abc@example.org>"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html"]
    assert SECRET.encode() not in raw


def test_a_server_whose_certificate_nobody_trusts_gets_no_password(tmp_path):
    pytest.importorskip("aiosmtpd", reason="no mail server to try: pip install aiosmtpd")
    box, asked = Box(), []
    with smtp(box, "homeroom", SECRET, certificate(tmp_path)) as port:
        given = server(port, user="homeroom", password="post")
        post = send.Post(given, ("duty@example.org",), SENDER, lambda name: asked.append(name) or SECRET)
        with pytest.raises(NotTaken, match="verify failed"):
            post.send(message(), NOW)
    assert not asked
    assert not box.mails


def test_an_address_that_is_refused_does_not_keep_the_others_waiting():
    pytest.importorskip("aiosmtpd", reason="no mail server to try: pip install aiosmtpd")
    box = Box(refuses={"gone@example.org"})
    with smtp(box) as port:
        given = server(port, tls="none")
        why = send.Post(given, ("gone@example.org", "duty@example.org"), SENDER, reveal).send(message(), NOW)
        assert "refused gone@example.org" in why
        with pytest.raises(NotTaken):
            send.Post(given, ("gone@example.org",), SENDER, reveal).send(message(), NOW)
    assert [to for _, to, *_ in box.mails] == [["duty@example.org"]]


def settings(url, more=""):
    return (
        f"receivers:\n  noc: {{webhook: '{url}', secret: hook, repeat: 600}}\ngrouping: {{wait: 0, every: 0}}\n{more}"
    )


def settled(one):
    """One round, and all that it sends."""

    async def go():
        await one.once()
        await one.settled(30)

    asyncio.run(go())


def test_what_was_not_taken_is_due_again_after_a_restart_and_told_once(watched):
    watched.drifted(watched.devices[0].name, "+ ip http server", controls=("MGT-01",))
    with Hook(500, 200) as hook:
        watched.write(settings(hook.url))
        first = watched.alerting()
        settled(first)
        assert first.deliveries["noc"].refused == 1
        assert "answered 500" in first.deliveries["noc"].why
        (held,) = alerts.lasting(watched.state)
        assert held.told is None
        settled(first)
        assert len(hook.taken) == 1, "it waits before it tries again"
        second = watched.alerting()
        settled(second)
        settled(second)
        assert [one["alerts"][0]["what"] for one in hook.documents] == ["opened", "opened"]
        assert hook.documents[0]["id"] == hook.documents[1]["id"], "the receiver can tell that it is the same"
        assert alerts.lasting(watched.state)[0].told == watched.clock.now
        watched.clock.now += 600
        settled(watched.alerting())
        assert {one["what"] for one in hook.documents[-1]["alerts"]} >= {"again"}


def test_what_is_over_is_told_to_whoever_was_told(watched):
    from homeroom.store import drifts

    name = watched.devices[0].name
    watched.drifted(name, "+ ip http server", controls=("MGT-01",))
    with Hook() as hook:
        watched.write(settings(hook.url))
        one = watched.alerting()
        settled(one)
        drifts.clear(watched.state, [name])
        settled(one)
        settled(one)
    assert [said["alerts"][0]["what"] for said in hook.documents] == ["opened", "closed"]
    assert hook.documents[1]["alerts"][0]["closed"]


def test_a_silence_that_is_written_while_it_runs_holds_and_ends(watched):
    from homeroom.observe import windows

    with Hook() as hook:
        watched.write(settings(hook.url))
        one = watched.alerting()
        quiet = windows.made(watched.clock.now, 3600, "ana", "known", rules=("drift",))
        windows.save_silences(watched.project, [quiet])
        watched.drifted(watched.devices[0].name, "+ ip http server")
        settled(one)
        assert not hook.taken
        assert len(alerts.lasting(watched.state)) == 1, "it is open, and listed"
        watched.clock.now += 3601
        settled(one)
    assert any(each["rule"] == "drift" for said in hook.documents for each in said["alerts"])


def test_a_receiver_that_hangs_delays_no_round_and_no_other(watched, monkeypatch):
    monkeypatch.setattr(send, "TIMEOUT", 1.0)
    watched.drifted(watched.devices[0].name, "+ ip http server")
    with Hook() as hook, socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(5)
        slow = f"receivers:\n  slow: {{webhook: 'http://127.0.0.1:{deaf.getsockname()[1]}/', secret: hook}}\n"
        watched.write(settings(hook.url).replace("receivers:\n", slow))
        one = watched.alerting()

        async def go():
            await one.once()
            for _ in range(3):
                await one.once()
            await asyncio.to_thread(hook.came.wait, 20)
            busy = one.deliveries["slow"].busy
            await one.settled(30)
            return busy

        assert asyncio.run(go()), "the other one was told while this one hung"
        assert len(hook.taken) == 1
        assert one.deliveries["slow"].refused == 1


def test_a_cancelled_daemon_ends_and_leaves_no_thread(watched):
    one, before = watched.alerting(), threading.active_count()

    async def go():
        task = asyncio.create_task(one.run())
        await asyncio.sleep(0.3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(go())
    for _ in range(100):
        if threading.active_count() <= before:
            break
        time.sleep(0.02)
    assert threading.active_count() <= before


def test_a_receiver_without_its_secret_is_told_nothing_and_says_so(watched):
    watched.drifted(watched.devices[0].name, "+ ip http server")
    with Hook() as hook:
        watched.write(settings(hook.url).replace("secret: hook", "secret: nobody_has"))
        one = watched.alerting()
        one._reveal = send.revealer(watched.project)
        settled(one)
        assert not hook.taken
        assert "homeroom secret set nobody_has" in one.deliveries["noc"].why


def test_a_receiver_is_a_webhook_or_mail():
    assert isinstance(send.channel(Receiver(webhook="https://x/", secret="s"), None, SENDER, reveal), send.Webhook)
    assert isinstance(send.channel(Receiver(mail=("a@b",)), server(25, tls="none"), SENDER, reveal), send.Post)
    with pytest.raises(NotTaken, match="no server for e-mail"):
        send.channel(Receiver(mail=("a@b",)), None, SENDER, reveal)
