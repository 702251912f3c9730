import Jobs
import Testing

@testable import Daemon

@Suite("Scalars", .timeLimit(.minutes(1)))
struct ScalarTests {
    private func value(_ yaml: String) throws -> Pipeline.NodeValue {
        let reading = readConfiguration([
            "pipelines.d/a.yaml": "workflow: 1\nnodes:\n- id: 1\n  field: a\n  value: \(yaml)\n"
        ])
        return try #require(reading.configuration?.pipelines.first?.nodes.first?.value)
    }

    @Test(
        "What looks like text to anybody is text.",
        arguments: [
            ("no", "no"), ("yes", "yes"), ("on", "on"), ("True", "True"), ("010", "010"), ("12:30", "12:30"),
            ("0x10", "0x10"),
            ("0o7", "0o7"), ("1e3", "1e3"), ("~", "~"), ("Null", "Null"), ("+1", "+1"), (".5", ".5"), ("5.", "5."),
            ("1_000", "1_000"),
            ("1.2.3", "1.2.3"), ("--1", "--1"), (".inf", ".inf"), (".nan", ".nan"), ("2001-12-14", "2001-12-14"),
            ("\"5\"", "5"), ("'true'", "true"), ("\"null\"", "null"), ("\"\"", ""), ("!!str 7", "7"), ("-01", "-01"),
            ("00", "00"),
            ("|\n    two\n    lines", "two\nlines\n"), ("1.5MB", "1.5MB"), ("=", "="), ("a #b", "a"), ("1,5", "1,5"),
        ]
    )
    func text(yaml: String, text: String) throws {
        #expect(try value(yaml) == .text(Template(literal: text)))
    }

    @Test(
        "Decimal integers are integers.",
        arguments: [("0", 0), ("7", 7), ("-7", -7), ("9223372036854775807", Int64.max)]
    )
    func integers(yaml: String, number: Int64) throws {
        #expect(try value(yaml) == .integer(number))
    }

    @Test("Decimal fractions are numbers.", arguments: [("0.5", 0.5), ("-2.25", -2.25), ("1.0", 1), ("10.10", 10.1)])
    func fractions(yaml: String, number: Double) throws {
        #expect(try value(yaml) == .number(number))
    }

    @Test("true and false are booleans.")
    func booleans() throws {
        #expect(try value("true") == .boolean(true))
        #expect(try value("false") == .boolean(false))
    }

    @Test("An integer that no computer word holds is told, not bent.")
    func tooLarge() {
        let lines =
            "workflow: 1\nnodes: [{ id: 1, field: a, value: 9223372036854775808 }, { id: 2, field: b, value: \"{file}\" }]"
        #expect(
            configurationProblems(["pipelines.d/a.yaml": lines]) == [
                "pipelines.d/a.yaml:2:35: 'value' is too large for a number; in quotes it is sent as a text."
            ]
        )
    }

    @Test(
        "Ids are kept as the text that they are.",
        arguments: ["2016740236478386178", "\"2016740236478386178\"", "0123", "'7'"]
    )
    func ids(yaml: String) throws {
        let reading = readConfiguration([
            "pipelines.d/a.yaml": "workflow: \(yaml)\nnodes: [{ id: \(yaml), field: a, value: \"{file}\" }]"
        ])
        let digits = yaml.filter(\.isNumber)
        #expect(reading.configuration?.pipelines.first?.target == .workflow(digits))
        #expect(reading.configuration?.pipelines.first?.nodes.first?.id == digits)
    }

    @Test(
        "Sizes count by thousands or by 1024, as their units say.",
        arguments: [
            ("30MB", 30_000_000), ("64KiB", 65_536), ("1kB", 1_000), ("1KB", 1_000), ("5GB", 5_000_000_000),
            ("1GiB", 1 << 30),
            ("1.5GB", 1_500_000_000), ("12345", 12_345), ("2 MB", 2_000_000), ("1TiB", 1 << 40), ("7B", 7),
            ("0.5KiB", 512),
        ]
    )
    func sizes(yaml: String, bytes: Int64) {
        #expect(
            readConfiguration(["config.yaml": "limits: { upload: \(yaml) }"]).configuration?.general.limits.upload
                == bytes
        )
    }

    @Test(
        "Times have a unit.",
        arguments: [
            ("500ms", 500), ("2s", 2_000), ("10m", 600_000), ("1h", 3_600_000), ("1d", 86_400_000), ("0s", 0),
            ("1.5s", 1_500),
        ]
    )
    func times(yaml: String, milliseconds: Int64) {
        let reading = readConfiguration(["config.yaml": "inbox: { quiet_time: \(yaml) }"])
        #expect(reading.configuration?.general.inbox.quietTime == .milliseconds(milliseconds))
    }

    @Test(
        "What is no size is refused.",
        arguments: [
            "30 Megabyte", "MB", "-1MB", "0", "0MB", "99999999999999TB", "1.5", "1.5.5MB", "1.2345678MB", "1,5MB",
            "true", "9223372036854775808",
        ]
    )
    func noSizes(yaml: String) {
        #expect(configurationProblems(["config.yaml": "limits:\n  upload: \"\(yaml)\""]).count == 1)
    }

    @Test(
        "What is no time is refused.",
        arguments: ["5", "s", "-5s", "5x", "1h30m", "99999999999d", "5,5s", "2d", "0.0001s", "never"]
    )
    func noTimes(yaml: String) {
        #expect(configurationProblems(["config.yaml": "inbox:\n  quiet_time: \"\(yaml)\""]).count == 1)
    }
}
