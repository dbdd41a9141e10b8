#!/usr/bin/env python3
"""move.py HOST:PORT TOPIC...: one turn of every partition of these topics, as an operator makes them.

The leader's replica is taken away, so that another broker leads; then it comes back from nothing, behind the
others; then the preferred replica, which does not lead, is elected. Each step waits until the brokers say that
it is done. Speaks Kafka's protocol itself: Kafka's tools are not among the jars of tools/pom.xml, and
librdkafka 2.0 has neither request. Exit 1: a broker refused, or a step took longer than two minutes.
"""
import socket
import struct
import sys
import time

METADATA, ELECT_LEADERS, ALTER_REASSIGNMENTS = 3, 43, 45
ELECTION_NOT_NEEDED = 84
PATIENCE = 120


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def number(self, form):
        (value,) = struct.unpack_from(">" + form, self.data, self.at)
        self.at += struct.calcsize(form)
        return value

    def text(self):
        length = self.number("h")
        self.at += max(length, 0)
        return self.data[self.at - max(length, 0):self.at].decode()

    def list_of(self, read):
        return [read() for _ in range(self.number("i"))]

    def numbers(self):
        return self.list_of(lambda: self.number("i"))

    # The forms of flexible versions: lengths are one too high, 0 is null.
    def unsigned(self):
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def compact_text(self):
        length = self.unsigned() - 1
        self.at += max(length, 0)
        return self.data[self.at - max(length, 0):self.at].decode()

    def compact_list_of(self, read):
        return [read() for _ in range(max(self.unsigned() - 1, 0))]

    def tags(self):
        assert self.unsigned() == 0


def text(value):
    return struct.pack(">h", len(value)) + value.encode()


def list_of(values):
    return struct.pack(">i", len(values)) + b"".join(values)


def compact(length):
    assert length < 127
    return bytes([length + 1])


def ask(where, api, version, body, flexible=False):
    """What a broker that answers says; one that moves leadership may be busy for a moment."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with socket.create_connection(where, 30) as to:
                head = struct.pack(">hhi", api, version, 1) + text("move") + (b"\0" if flexible else b"")
                to.sendall(struct.pack(">i", len(head) + len(body)) + head + body)
                stream = to.makefile("rb")
                (size,) = struct.unpack(">i", stream.read(4))
                reader = Reader(stream.read(size))
            assert reader.number("i") == 1
            if flexible:
                reader.tags()
            return reader
        except (OSError, struct.error):
            if time.monotonic() > until:
                raise
            time.sleep(1)


def partitions_of(where, topics):
    """{(topic, partition): (leader, replicas, in sync)}"""
    body = list_of([text(each) for each in topics]) + b"\0"
    reader = ask(where, METADATA, 7, body)
    reader.number("i")
    reader.list_of(lambda: (reader.number("i"), reader.text(), reader.number("i"), reader.text()))
    reader.text()
    reader.number("i")

    def partition():
        reader.number("h")
        index, leader, _ = (reader.number("i") for _ in range(3))
        replicas, in_sync, _ = (reader.numbers() for _ in range(3))
        return index, (leader, replicas, in_sync)

    def topic():
        error, name, _ = reader.number("h"), reader.text(), reader.number("b")
        if error:
            sys.exit(f"move.py: {name}: error {error}")
        return name, reader.list_of(partition)

    return {(name, index): what for name, all in reader.list_of(topic) for index, what in all}


def by_topic(wanted):
    for name in sorted({name for name, _ in wanted}):
        yield name, {index: value for (other, index), value in wanted.items() if other == name}


def place(where, wanted):
    """wanted: {(topic, partition): replicas}"""
    def partition(index, replicas):
        return (struct.pack(">i", index) + compact(len(replicas)) +
                b"".join(struct.pack(">i", each) for each in replicas) + b"\0")

    topics = [compact(len(name)) + name.encode() + compact(len(all)) +
              b"".join(partition(*each) for each in all.items()) + b"\0" for name, all in by_topic(wanted)]
    body = struct.pack(">i", 30000) + compact(len(topics)) + b"".join(topics) + b"\0"
    reader = ask(where, ALTER_REASSIGNMENTS, 0, body, flexible=True)
    reader.number("i")
    errors = [reader.number("h")]
    reader.compact_text()

    def answered():
        reader.number("i")
        errors.append(reader.number("h"))
        reader.compact_text()
        reader.tags()

    def topic():
        reader.compact_text()
        reader.compact_list_of(answered)
        reader.tags()

    reader.compact_list_of(topic)
    if any(errors):
        sys.exit(f"move.py: replicas are not moved: {errors}")


def elect(where, partitions):
    topics = [text(name) + list_of([struct.pack(">i", each) for each in all])
              for name, all in by_topic(dict.fromkeys(partitions))]
    reader = ask(where, ELECT_LEADERS, 1, b"\0" + list_of(topics) + struct.pack(">i", 30000))
    reader.number("i")
    errors = [reader.number("h")]

    def answered():
        reader.number("i")
        errors.append(reader.number("h"))
        reader.text()

    reader.list_of(lambda: (reader.text(), reader.list_of(answered)))
    if set(errors) - {0, ELECTION_NOT_NEEDED}:
        sys.exit(f"move.py: no leaders are elected: {errors}")


def wait(where, topics, done):
    until = time.monotonic() + PATIENCE
    while True:
        now = partitions_of(where, topics)
        left = [each for each, what in now.items() if not done(each, *what)]
        if not left:
            return now
        if time.monotonic() > until:
            sys.exit(f"move.py: not done in {PATIENCE} s: {left}")
        time.sleep(0.3)


def turn(where, topics):
    before = partitions_of(where, topics)
    without = {each: [replica for replica in replicas if replica != leader]
               for each, (leader, replicas, _) in before.items()}
    place(where, without)
    now = wait(where, topics, lambda each, leader, replicas, _: replicas == without[each] and leader in replicas)
    # Who leads now stands second, who led before last.
    back = {each: [other for other in replicas if other != leader] + [leader, before[each][0]]
            for each, (leader, replicas, _) in now.items()}
    place(where, back)
    now = wait(where, topics, lambda each, leader, replicas, in_sync:
               replicas == back[each] and sorted(in_sync) == sorted(replicas))
    elect(where, list(now))
    after = wait(where, topics, lambda each, leader, replicas, _: leader == replicas[0])
    print(f"{len(after)} partitions: {sum(after[each][0] != before[each][0] for each in after)} have another leader, "
          f"{sum(after[each][0] != now[each][0] for each in after)} by election")


host, port = sys.argv[1].rsplit(":", 1)
turn((host, int(port)), sys.argv[2:])
