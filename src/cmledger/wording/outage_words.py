"""What screen and workbook say alike of outages: marks of a customer, counts, where those are that are not named."""

from cmledger.records.outages import OutageReport, OutageSeen, Public, TouchedRow
from cmledger.wording import outages as say


def marks_said(row: TouchedRow) -> str | None:
    """What is to be minded of a customer; of a special group no more than that."""
    said = [
        say.IMPORTANCE.get(row.importance or "", say.MARKS[mark])
        if mark == "important"
        else say.MARKS[mark]
        for mark in row.marks
    ]
    return say.LISTED.join(said) or None


def public_said(seen: OutageSeen, as_of: str = "") -> str:
    """How it stands with the public notice; one still to come with its day, without the year where it is that of `as_of`."""
    said, day = say.PUBLIC[seen.public.value], seen.outage.known_on
    if seen.public is not Public.TO_COME or day is None:
        return said
    late = seen.tell_by is not None and day > seen.tell_by[:10]
    short = day[5:] if day[:4] == as_of[:4] else day
    return (say.PUBLISHED_LATE if late else say.PUBLISHED_ON).format(public=said, day=short)


def counts_said(report: OutageReport) -> str:
    """How many outages, customers, and rows of each standing."""
    told = say.JOINT.join(
        say.COUNT.format(standing=say.STANDING[standing.value], count=count)
        for standing, count in report.counts.items()
        if count
    )
    return say.COUNTS.format(
        outages=sum(not seen.cancelled for seen in report.outages),
        customers=sum(seen.touched for seen in report.outages),
        named=sum(seen.named for seen in report.outages),
        counts=say.STANDINGS.format(counts=told) if told else "",
    )


def rest_said(seen: OutageSeen, most: int = 8) -> str | None:
    """Where those are that are not named: by the first face that tells most of them apart."""
    if not seen.rest.customers:
        return None
    said = []
    for face, groups in seen.rest.by.items():
        if not any(key for key, _ in groups):
            continue
        parts = [
            say.REST_GROUP.format(key=key or say.WITHOUT[face], count=count)
            for key, count in groups[:most]
        ]
        if len(groups) > most:
            parts.append(say.REST_MORE.format(count=len(groups)))
        said.append(say.REST_GROUPS.format(face=say.REST_FACE[face], groups=say.LISTED.join(parts)))
    return say.REST_JOINT.join(said) or None
