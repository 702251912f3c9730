import Testing

import struct Jobs.Phrase

@testable import RunningHub

@Suite("The table of the service's errors", .timeLimit(.minutes(1)))
struct ErrorCodeTests {
    /// Every code that the service's documents and public clients name.
    static let known: [Int] = [
        1, 301, 380, 412, 414, 415, 416, 421, 423, 433, 435, 436, 500, 801, 802, 803, 804, 805, 806, 807, 808, 809, 810,
        811, 812, 813,
        814, 901, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 1015, 1101,
        1501, 1504,
        1505, 1520, 1601,
    ]

    @Test("The table holds every known code once, and no other")
    func complete() {
        #expect(ErrorCode.table.map(\.number).sorted() == Self.known)
        let names = ErrorCode.table.compactMap(\.name)
        #expect(Set(names).count == names.count)
    }

    @Test(
        "Codes for which a task may exist are not on the closed list",
        arguments: [
            1, 423, 500, 804, 805, 807, 808, 813, 1000, 1004, 1005, 1006, 1012, 1013, 1015, 1504,
        ]
    )
    func unknownOutcomes(number: Int) {
        #expect(ErrorCode.find(number)?.atSubmit == .unknownOutcome)
    }

    static let closedList: [(Int, ErrorCode.Next)] = [
        (415, .waitForSlot), (421, .waitForSlot), (814, .waitForSlot), (1520, .waitForSlot),
        (1003, .retryLater), (1010, .retryLater), (1011, .retryLater),
        (412, .restKey(.unauthorized)), (802, .restKey(.unauthorized)), (806, .restKey(.unauthorized)),
        (811, .restKey(.unauthorized)), (1002, .restKey(.unauthorized)), (1601, .restKey(.unauthorized)),
        (414, .restKey(.outOfCoins)), (416, .restKey(.outOfMoney)), (812, .restKey(.outOfMoney)),
        (436, .restKey(.planExpired)), (801, .restKey(.freeAccount)), (1014, .restKey(.wrongKind)),
        (301, .permanent), (380, .permanent), (433, .permanent), (435, .permanent), (803, .permanent),
        (809, .permanent), (810, .permanent), (901, .permanent), (1001, .permanent), (1007, .permanent),
        (1008, .permanent), (1009, .permanent), (1101, .permanent), (1501, .permanent), (1505, .permanent),
    ]

    @Test("The closed list is this one")
    func list() {
        for (number, next) in Self.closedList {
            #expect(ErrorCode.find(number)?.atSubmit == .nothingCreated(next), "\(number)")
        }
        let rest = Set(Self.known).subtracting(Self.closedList.map(\.0))
        #expect(rest.allSatisfy { ErrorCode.find($0)?.atSubmit == .unknownOutcome })
    }

    @Test("Every code has a meaning and a hint, each a sentence", arguments: ErrorCode.table)
    func sentences(code: ErrorCode) {
        for phrase in [code.meaning, code.hint] {
            #expect(phrase.text().hasSuffix("."))
            #expect(phrase.text().first?.isUppercase == true)
            #expect(!phrase.text().contains("\n"))
        }
    }

    @Test("A code is found by its digits and by its whole name, never by a part of it")
    func find() {
        #expect(ErrorCode.find("421")?.number == 421)
        #expect(ErrorCode.find("TASK_QUEUE_MAXED")?.number == 421)
        #expect(ErrorCode.find("APIKEY_") == nil)
        #expect(ErrorCode.find("APIKEY_TASK_IS_RUNNING_NOT")?.number == nil)
        #expect(ErrorCode.find("") == nil)
        #expect(ErrorCode.find(0) == nil)
    }

    @Test("What people must do for the frequent ones is said")
    func hints() {
        #expect(ErrorCode.find(810)?.hint.text().contains("run it once") == true)
        #expect(ErrorCode.find(412)?.hint.text().contains("www.runninghub.ai") == true)
        #expect(FailureKind.outOfMemory.hint.text().contains("instance_type: plus") == true)
    }

    @Test("Every code's meaning and hint are written in every language", arguments: ErrorCode.table)
    func languages(code: ErrorCode) {
        #expect(code.meaning.isTranslated && code.hint.isTranslated)
    }

    @Test("So are those of the kinds that are told by words alone", arguments: FailureKind.allCases)
    func languages(kind: FailureKind) {
        #expect(kind.meaning.isTranslated && kind.hint.isTranslated)
    }

    @Test(
        "Ordinary words are no kind of failure",
        arguments: ["unknown error", "Node 12 failed", "APIKEY_TASK_STATUS_ERROR", ""]
    )
    func ordinary(words: String) {
        #expect(FailureKind.detect(in: words) == nil)
    }
}
