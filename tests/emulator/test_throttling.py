"""Token buckets: by a clock that the test moves, and over a real socket."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from generator.emulator.launch import EmulatorOptions
from generator.emulator.throttling import DOCUMENTED, Buckets, BucketSize, bucket_sizes
from tests.emulator.conftest import rule_fixture, running


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_documented_buckets_are_the_default() -> None:
    assert bucket_sizes(None) is DOCUMENTED
    assert DOCUMENTED["writes"] == DOCUMENTED["deletes"] == BucketSize(200, 10)
    assert DOCUMENTED["reads"] == BucketSize(250, 25)


def test_a_small_bucket_never_takes_reads_below_the_documented_ones() -> None:
    sizes = bucket_sizes(BucketSize(2, 1))
    assert sizes["reads"] == DOCUMENTED["reads"]
    assert sizes["writes"] == sizes["deletes"] == BucketSize(2, 1)


@given(
    size=st.integers(1, 50),
    rate=st.floats(0.1, 100),
    pauses=st.lists(st.floats(0, 3), min_size=1, max_size=200),
)
def test_no_more_is_granted_than_flowed_in(size: int, rate: float, pauses: list[float]) -> None:
    clock = Clock()
    buckets = Buckets(bucket_sizes(BucketSize(size, rate)), clock)
    granted = 0
    for pause in pauses:
        clock.now += pause
        granted += buckets.take("s", "PUT").retry_after is None
    assert granted <= size + clock.now * rate + 1e-6


@given(size=st.integers(1, 20), rate=st.floats(0.1, 50), requests=st.integers(1, 60))
def test_waiting_for_retry_after_is_always_enough(size: int, rate: float, requests: int) -> None:
    clock = Clock()
    buckets = Buckets(bucket_sizes(BucketSize(size, rate)), clock)
    for _ in range(requests):
        grant = buckets.take("s", "PUT")
        if grant.retry_after is not None:
            clock.now += grant.retry_after + 1e-6
            assert buckets.take("s", "PUT").retry_after is None


def test_subscriptions_and_operations_have_buckets_of_their_own() -> None:
    buckets = Buckets(bucket_sizes(BucketSize(1, 1)), Clock())
    assert buckets.take("A", "PUT").retry_after is None
    assert buckets.take("a", "PUT").retry_after == 1
    assert buckets.take("a", "DELETE").retry_after is None
    assert buckets.take("b", "PUT").retry_after is None


def test_an_empty_bucket_is_429_with_retry_after_and_writes_nothing() -> None:
    with running(EmulatorOptions(bucket=BucketSize(2, 0.001))) as client:
        rule = rule_fixture("scheduled_rule")
        assert [client.rule("PUT", f"r{n}", rule).status for n in range(3)] == [201, 201, 429]
        reply = client.rule("PUT", "r2", rule)
        assert 500 <= int(reply.headers["retry-after"]) <= 1000
        assert reply.headers["x-ms-ratelimit-remaining-subscription-writes"] == "0"
        assert reply.document["error"]["code"] == "SubscriptionRequestsThrottled"
        assert client.rule("GET", "r2").status == 404
