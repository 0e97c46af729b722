"""What American broadcasters bill: spots on the air, for an advertiser, bought by an agency."""

import datetime as dt
import random
from dataclasses import dataclass, replace
from decimal import Decimal

from docai.vlm.builtin.synth.invoice_content import (
    Invoice,
    Line,
    Party,
    dated,
    invent,
    party,
    words,
)
from docai.vlm.builtin.synth.invoice_lands import LANDS
from docai.vlm.builtin.synth.receipt_content import fill
from docai.vlm.builtin.synth.words import parse

AMERICA = LANDS[6]

WORDS = {
    **AMERICA.words,
    **parse("""
call = K^^^; W^^^; K^^^-TV; W^^^-TV; W^^; K^^^-FM; W^^^-DT; W^^^-AM; K^^; K^^^-D2
group = {coined} Broadcasting; {noun} Media Group; {coined} Television; {surname} Communications
  {coined} Radio; {city2} Broadcasting LLC; {noun} Entertainment; {coined} Media, Inc.
vendor = {call}; {call}; {call}; {group}; {group}, {call}; {city2} {call}; {call} {city2}
office = President; US Senate; House; Governor; State House; Mayor; Attorney General
  County Commissioner; School Board
party2 = Dem; Rep; D; R; Ind
advertiser = POL/{given} {surname}/{office}/{state2}; POL/{surname} for {office}
  {surname} for {office}; Friends of {given} {surname}; Neighbors for {noun} {noun}
  {coined} Action PAC; POL/{noun} Forward PAC; ISS/{coined} Fund
  {given} {surname} for {state2} {office}; {coined} Motors; {noun} Health Plan
  POL/{given} {surname}/{party2}/{office}; Committee to Elect {given} {surname}
  {surname} Furniture; {city2} Hyundai; {noun} Insurance; Vote {surname} {nn}
  {state2} {party2} Party; {coined} PAC-B; {initials} Issues; Better {noun} Now
  Americans for {noun}; {surname}/{party2}/{office}; POL/PAC {coined} Victory Fund
  {state2}-{noun} Coalition; {coined} Pharmaceuticals; Future {noun} USA
  {city2} Shopkeepers PAC; {surname} 4 Congress
agency = {coined} Media; {surname} Strategies; {coined} Media Services; Strategic {noun} Media
  {noun} Targeted Media; {surname} & {surname}; {adjective} {noun} Partners; {initials} Media Group
  National {noun} Buyers; {coined} Advertising, Inc.; Smart {noun} Media
product = {office} 2020; {surname} {nn}; ISSUE; CANDIDATE; {noun} PLAN {up2}; Primary
  General Election; TV {nn}; Spring Primary Vote; issue; {office}; {state2} {office}; FLIGHT{n}
  {surname} FOR {office}; Spring sale; {noun} launch; Q{n1} flight
place = Washington; Chicago; Dallas; New York; Atlanta; {city2}; Los Angeles; Denver
house = {coined}Rep; {surname}/{place}; {coined} {place}; {noun} Sales {place}; H-{up2}C
  {initials}
program = News {hour}; {hour} News; Morning Show; Dawn News Weekdays; Late News; {coined} Tonight
  Today in {city2}; Sunday Morning {noun}; Quest for {noun}; {call} News at {hour}; Weekend News
  The {surname} Show; Prime Movie; {city2} Live; Sports {noun}; Late Night {surname}; {noun} Court
  Daytime Rotator; Noon News; Saturday {hour} News; {adjective} {noun}; Family {noun}; NFL {noun}
  {coined} Drama; AM Drive; PM Drive; Total Audience Rotator; Prime Rotation M-Su; News {hour} wkd
hour = 5a; 6a; 7a-9a; @ 5p; at 6; 10p; 11p; @ Noon; 4p-5p; 530a-6a; 6p; 7a; 5:30pm
span = 5:00 AM-5:30 AM; 6a-7a; M-F 7a-9a; 530p-6p; 11p-1135p; 7:00 PM-8:00 PM; 10p-11p; M-Su 6a-12m
  12:00N-1P; 5p-530p; 4-9a; 9a-10a
demo = Adults 35+; A35+; HH; A25-54; Adults 18+; Women 25-54; A55P
code = ^^^~~~~^; {initials}~~~~H; ^^~~TV~~H; ~~^^^~~~
"""),
}
DAYS = ("M", "Tu", "W", "Th", "F", "Sa", "Su")


@dataclass(frozen=True, slots=True)
class Spot:
    """One broadcast of an advertisement."""

    day: dt.date
    time: str
    code: str


@dataclass(frozen=True, slots=True)
class SpotLine:
    """Spots in one programme at one rate, beside its line item."""

    start: dt.date
    end: dt.date
    span: str
    weekdays: str
    length: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Buy:
    """What a broadcaster's paper prints besides what an invoice does."""

    channel: str
    group: str
    agency: Party
    product: str
    estimate: str
    other_order: str
    salesman: str
    office: str
    demo: str
    lines: tuple[SpotLine, ...]

    @property
    def count(self) -> int:
        """How many spots."""
        return sum(len(line.spots) for line in self.lines)


def say(rng: random.Random, key: str) -> str:
    """Return one filled-in choice of ``key`` of the broadcasters' words."""
    return fill(rng, rng.choice(WORDS[key]), WORDS)


def buy_spots(rng: random.Random) -> tuple[Invoice, Buy]:
    """Return an invented invoice, contract or order for spots."""
    count = min(int(rng.lognormvariate(1.9, 0.9)) + 1, 60)
    plain = invent(rng, AMERICA, num_lines=1)
    weeks = rng.choice((1, 1, 1, 2, 3, 4, 5))
    start = plain.date + dt.timedelta(days=rng.randint(-20, 20))
    end = start + dt.timedelta(days=weeks * 7 - 1 - rng.choice((0, 0, 1, 2, 3)))
    dear = rng.choice((10, 40, 100, 250, 600, 2000))
    pairs_ = [_line(rng, start, end, dear, weeks) for _ in range(count)]
    lines = tuple(line for line, _ in pairs_)
    total = sum((line.amount for line in lines), Decimal("0.00"))
    percent = Decimal(rng.choice(("15", "15", "15", "15", "0", "10")))
    commission = (total * percent / 100).quantize(Decimal("0.01"))
    vendor = replace(party(rng, AMERICA, is_vendor=True), name=say(rng, "vendor"))
    advertiser = say(rng, "advertiser")
    customer = replace(
        plain.customer, name=advertiser.upper() if rng.random() < 0.15 else advertiser
    )
    number = dated(
        rng,
        rng.choice(
            (
                "~~~~~~~",
                "~~~~~~",
                "~~~~~~~-~",
                "~~~~~~~~-~",
                "~~~~~~~~",
                "~~~~~",
                "IN-~~~~~~~",
                "~~~~~~-~",
            )
        ),
        start,
    )
    invoice = replace(
        plain,
        vendor=vendor,
        customer=customer,
        number=number,
        start=start,
        end=end,
        lines=lines,
        is_gross=False,
        gross_lines=total,
        discount=Decimal(0),
        discount_percent=percent,
        shipping=Decimal(0),
        net=total,
        taxes=(),
        tax=Decimal("0.00"),
        total=total,
        prepaid=commission,
        iban="",
    )
    buy = Buy(
        channel=say(rng, "call").split("-")[0],
        group=say(rng, "group"),
        agency=replace(party(rng, AMERICA, is_vendor=False), name=say(rng, "agency")),
        product=say(rng, "product"),
        estimate=fill(rng, rng.choice(("~~~~", "~~~~~", "~~~", "^^~~~", "~~~~-~")), {}),
        other_order=fill(rng, rng.choice(("0~~~~~~~", "~~~~~~~~", "WOC~~~~~~~~")), {}),
        salesman=words(rng, AMERICA, "person"),
        office=say(rng, "house"),
        demo=say(rng, "demo"),
        lines=tuple(line for _, line in pairs_),
    )
    return invoice, buy


def _line(
    rng: random.Random, start: dt.date, end: dt.date, dear: int, weeks: int
) -> tuple[Line, SpotLine]:
    """Return one line of an order with its spots."""
    per_week = rng.choice((1, 1, 1, 2, 3, 5, 5, 10))
    rate = Decimal(max(1, round(rng.lognormvariate(0, 0.8) * dear / 5))) * 5
    rate = rate if rng.random() < 0.9 else rate + Decimal(rng.choice(("0.50", "2.50", "1.25")))
    days = sorted(
        start + dt.timedelta(days=rng.randrange((end - start).days + 1))
        for _ in range(per_week * weeks)
    )
    spots = tuple(
        Spot(
            day,
            f"{rng.randint(1, 12)}:{rng.randrange(60):02d} {rng.choice(('AM', 'PM'))}",
            say(rng, "code"),
        )
        for day in days
    )
    airs = {d.weekday() for d in days}
    mask = "".join((rng.choice((DAYS[n][0], DAYS[n][0])) if n in airs else "-") for n in range(7))
    amount = (rate * len(spots)).quantize(Decimal("0.01"))
    line = Line(
        say(rng, "program"),
        (),
        "",
        Decimal(len(spots)),
        "",
        rate.quantize(Decimal("0.01")),
        Decimal(0),
        Decimal(0),
        amount,
        start,
        "",
    )
    return line, SpotLine(
        start,
        end,
        say(rng, "span"),
        mask,
        rng.choice((":30", ":30", ":30", ":15", ":60", "30", "1:00")),
        spots,
    )
