"""A job is done once, whoever dies over it."""

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from bank.jobs import queue
from bank.jobs.lifecycle import Stage
from bank.jobs.refusals import JobLost, JobUnderWay
from bank.jobs.tables import Job
from bank.jobs.working import Handler, Worker
from bank.refusals import IllegalMove
from database.base import new_id
from database.directory import Bank
from database.engine import writing
from database.refusals import Invalid
from tests.bank.jobs.doing import A_SLICE, KIND, NOON, count, counted, look, new_job

LATER = NOON + timedelta(minutes=1)
MUCH_LATER = NOON + timedelta(minutes=3)


def worker(bank: Bank, *, at: datetime = NOON, handler: Handler = count) -> Worker:
    return Worker(bank.session, lambda: at, {KIND: handler})


def claimed(bank: Bank, name: str, at: datetime = NOON) -> Job | None:
    with bank.session() as session, writing(session):
        return queue.claim(session, [KIND], worker=name, at=at)


def test_a_worker_does_a_job_to_its_end(committed_bank: Bank) -> None:
    job_id = new_job(committed_bank, total=25)

    found = worker(committed_bank).work_once()

    job = look(committed_bank, job_id)
    assert found
    assert (job.stage, job.done, job.ended_at) == (Stage.DONE, 25, NOON)
    assert counted(committed_bank) == 25


def test_without_a_job_a_worker_does_nothing(committed_bank: Bank) -> None:
    assert not worker(committed_bank).work_once()


def test_a_subject_has_one_open_job_of_a_kind(session: Session) -> None:
    subject = new_id()
    queue.enqueue(session, KIND, subject, total=1, actor=None, at=NOON)

    with pytest.raises(JobUnderWay):
        queue.enqueue(session, KIND, subject, total=1, actor=None, at=NOON)


def test_two_workers_at_once_never_take_the_same_job(committed_bank: Bank) -> None:
    jobs = [new_job(committed_bank) for _ in range(6)]
    ready, taken = Barrier(2), list[UUID]()

    def take(name: str) -> None:
        ready.wait()
        while job := claimed(committed_bank, f"{name}-{len(taken)}"):
            taken.append(job.id)

    threads = [Thread(target=take, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == sorted(jobs)


def test_a_silent_workers_job_is_taken_over_and_a_living_ones_is_not(committed_bank: Bank) -> None:
    new_job(committed_bank)
    claimed(committed_bank, "first")

    assert claimed(committed_bank, "second", LATER) is None
    assert claimed(committed_bank, "second", MUCH_LATER) is not None


def test_who_lost_a_job_keeps_nothing_of_its_slice(committed_bank: Bank) -> None:
    job_id = new_job(committed_bank)
    claimed(committed_bank, "first")
    claimed(committed_bank, "second", MUCH_LATER)

    with (
        pytest.raises(JobLost),
        committed_bank.session() as session,
        writing(session),
    ):
        count(session, queue.hold(session, job_id, worker="first"), MUCH_LATER)

    assert counted(committed_bank) == 0


def test_a_job_goes_on_where_a_killed_process_left_it(committed_bank: Bank) -> None:
    job_id = new_job(committed_bank, total=100)
    url = committed_bank.engine.url.render_as_string(hide_password=False)

    killed = subprocess.run([sys.executable, "-m", "tests.bank.jobs.doing", url], check=False)

    assert killed.returncode == -9
    assert (look(committed_bank, job_id).stage, look(committed_bank, job_id).done) == (
        Stage.RUNNING,
        2 * A_SLICE,
    )
    assert counted(committed_bank) == 2 * A_SLICE
    assert worker(committed_bank, at=MUCH_LATER).work_once()
    assert look(committed_bank, job_id).stage is Stage.DONE
    assert counted(committed_bank) == 100


def test_a_job_that_never_moves_on_is_given_up(committed_bank: Bank) -> None:
    job_id = new_job(committed_bank)

    for turn in range(4):
        claimed(committed_bank, f"worker {turn}", NOON + turn * timedelta(minutes=3))

    job = look(committed_bank, job_id)
    assert (job.stage, job.failure, job.failure_facts) == (Stage.FAILED, "given_up", {"claims": 3})


def test_a_refusal_fails_the_job_and_keeps_what_earlier_slices_did(committed_bank: Bank) -> None:
    job_id = new_job(committed_bank)

    def refuse_the_second(session: Session, job: Job, at: datetime) -> None:
        if job.done:
            raise Invalid("not like this", row=job.done + 1)
        count(session, job, at)

    worker(committed_bank, handler=refuse_the_second).work_once()

    job = look(committed_bank, job_id)
    assert (job.stage, job.failure, job.failure_facts) == (Stage.FAILED, "invalid", {"row": 11})
    assert counted(committed_bank) == A_SLICE


def test_an_error_nobody_foresaw_fails_the_job(committed_bank: Bank) -> None:
    job_id = new_job(committed_bank)

    def stumble(session: Session, job: Job, at: datetime) -> None:
        raise ZeroDivisionError

    worker(committed_bank, handler=stumble).work_once()

    assert look(committed_bank, job_id).failure == "unexpected"


def test_a_cancelled_job_ends_where_it_is(committed_bank: Bank) -> None:
    job_id = new_job(committed_bank)

    def cancel_meanwhile(session: Session, job: Job, at: datetime) -> None:
        count(session, job, at)
        queue.cancel(session, job.id, at=at)

    worker(committed_bank, handler=cancel_meanwhile).work_once()

    assert look(committed_bank, job_id).stage is Stage.CANCELLED
    assert counted(committed_bank) == A_SLICE
    with committed_bank.session() as session, pytest.raises(IllegalMove):
        queue.cancel(session, job_id, at=NOON)


def test_a_worker_that_stops_gives_its_job_back(committed_bank: Bank) -> None:
    job_id = new_job(committed_bank)
    turns = iter([False, True])

    worker(committed_bank).work_once(stopped=lambda: next(turns, True))

    assert (look(committed_bank, job_id).stage, look(committed_bank, job_id).done) == (
        Stage.WAITING,
        A_SLICE,
    )
    assert worker(committed_bank).work_once()
    assert look(committed_bank, job_id).stage is Stage.DONE


def test_the_jobs_of_two_banks_know_nothing_of_each_other(new_bank: Callable[..., Bank]) -> None:
    here, there = new_bank(), new_bank(county="330522")
    mine, theirs = new_job(here), new_job(there)

    worker(here).work_once()

    assert look(here, mine).stage is Stage.DONE
    assert look(there, theirs).stage is Stage.WAITING
    assert not worker(here).work_once()
