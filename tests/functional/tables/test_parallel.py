"""Calls beside each other, in threads of which there are few."""

import threading
import time

import pytest

from parley.tables import dynamodb

THREADS = 8


@pytest.mark.usefixtures("tables")
def test_of_threads_that_each_wait_for_a_second_call_none_waits_for_one_that_cannot_begin() -> None:
    together = threading.Barrier(THREADS)

    def both(number: int) -> tuple[int, int]:
        together.wait(timeout=10)
        return dynamodb.in_parallel(lambda: number, lambda: -number)

    assert dynamodb.map_parallel(both, range(THREADS)) == [(number, -number) for number in range(THREADS)]


@pytest.mark.usefixtures("tables")
def test_of_threads_that_each_wait_for_several_calls_none_waits_for_one_that_cannot_begin() -> None:
    together = threading.Barrier(THREADS)

    def several(number: int) -> list[int]:
        together.wait(timeout=10)
        return dynamodb.map_parallel(lambda each: number * each, range(3))

    assert dynamodb.map_parallel(several, range(THREADS)) == [[0, number, 2 * number] for number in range(THREADS)]


@pytest.mark.usefixtures("tables")
def test_in_a_thread_of_the_pool_none_goes_on_behind_one_that_has_failed() -> None:
    together = threading.Barrier(THREADS)
    under_way = []

    def several(number: int) -> None:
        together.wait(timeout=10)

        def fail(each: int) -> None:
            under_way.append(number)
            time.sleep(0.01)
            under_way.remove(number)
            if each == 1:
                raise KeyError

        with pytest.raises(KeyError):
            dynamodb.map_parallel(fail, range(4))
        assert number not in under_way

    dynamodb.map_parallel(several, range(THREADS))
    assert under_way == []


@pytest.mark.usefixtures("tables")
def test_none_goes_on_behind_one_that_has_failed() -> None:
    begun, ended = threading.Event(), threading.Event()
    tried = []

    def work(number: int) -> None:
        tried.append(number)
        if number == 0:
            begun.wait(timeout=10)
            raise KeyError
        if number == 1:
            begun.set()
            time.sleep(0.05)  # still under way as the first fails
            ended.set()

    with pytest.raises(KeyError):
        dynamodb.map_parallel(work, range(2))
    assert ended.is_set()
    assert sorted(tried) == [0, 1]
