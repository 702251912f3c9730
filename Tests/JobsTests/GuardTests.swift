import Jobs
import Testing

@Suite("Guards", .timeLimit(.minutes(1)))
struct GuardTests {
    @Test("More waiting jobs than hold_above hold; 0 never does")
    func backlog() {
        var backlog = Backlog()
        let held = [1000, 1001].map { backlog.mustHold(waiting: $0, above: 1000) }
        #expect(held == [false, true])
        let isHeld = backlog.mustHold(waiting: 1_000_000, above: 0)
        #expect(!isHeld)
    }

    @Test("What a person has agreed to goes on; as many more hold again, and what is done is agreed to no longer")
    func agreed() {
        var backlog = Backlog(agreed: 5000)
        let waiting = [5000, 6000, 6001, 200, 1200, 1201, 0, 1000, 1001]
        let held = waiting.map { backlog.mustHold(waiting: $0, above: 1000) }
        #expect(held == [false, false, true, false, false, true, false, false, true])
        #expect(backlog.agreed == 0)
        #expect(Backlog(agreed: -4).agreed == 0)
    }

    @Test("Coins are spent when as many are billed as may be, however large the numbers")
    func coins() {
        let budget = CoinBudget(perDay: 500)
        #expect(!budget.isSpent(499_999_999))
        #expect(budget.isSpent(500_000_000))
        #expect(CoinBudget(perDay: 0).isSpent(0))
        #expect(!CoinBudget(perDay: .max).isSpent(.max))
    }

    @Test("The clock of retention goes as time does, and no jump between two runs makes anything older than a day")
    func keeping() {
        let first = KeepingClock()
        #expect(first.reading(at: .at(5)) == .at(5))
        let last = KeepingClock.Reading(ledger: .at(100), kept: .at(90))
        // A night's pause counts.
        #expect(
            KeepingClock(after: last, at: .at(100 + 8 * 3600)).reading(at: .at(100 + 8 * 3600)) == .at(90 + 8 * 3600)
        )
        // Ten years ahead are a day, and time goes on from there.
        let jumped = KeepingClock(after: last, at: .at(100 + 315_360_000))
        #expect(jumped.reading(at: .at(100 + 315_360_000)) == .at(90 + 86_400))
        #expect(jumped.reading(at: .at(100 + 315_360_010)) == .at(90 + 86_410))
        // Back in 1970 nothing has gone by, and time goes on as well.
        let early = Timestamp(milliseconds: 0)
        let back = KeepingClock(after: last, at: early)
        #expect(back.reading(at: early) == .at(90))
        #expect(back.reading(at: early + .seconds(3)) == .at(93))
    }

    @Test("What it wrote down is read again; anything else is not")
    func reading() throws {
        let reading = KeepingClock.Reading(ledger: .at(100), kept: .at(-90))
        #expect(KeepingClock.Reading(reading.description) == reading)
        for text in ["", "1", "1 2 3", "a b", "1 99999999999999999999"] { #expect(KeepingClock.Reading(text) == nil) }
    }
}
