import Jobs
import Testing

@testable import Daemon

@Suite("Figures for Prometheus")
struct ExpositionTests {
    @Test("A family has its help, its type and its figures; labels are escaped, whole numbers are written as such.")
    func family() {
        var exposition = Exposition()
        exposition.add(
            "things",
            .gauge,
            "Of two\nlines.",
            [
                .init(labels: [("name", "a\"b\\c\nd")], value: 3),
                .init(value: 0.25),
            ]
        )
        exposition.add("nothing", .gauge, "Without a figure.", [])
        #expect(
            exposition.text == """
                # HELP runninghubd_things Of two\\nlines.
                # TYPE runninghubd_things gauge
                runninghubd_things{name="a\\"b\\\\c\\nd"} 3
                runninghubd_things 0.25

                """
        )
    }

    @Test("Each bucket of a histogram counts all that took no longer, and the last all.")
    func histogram() {
        var histogram = DurationHistogram()
        for duration in [Duration.milliseconds(100), .milliseconds(101), .seconds(90_000), .seconds(-5)] {
            histogram.add(duration)
        }
        let samples = histogram.samples([("stage", "wait")])
        func value(_ suffix: String, _ bound: String? = nil) -> Double? {
            samples.first { sample in
                sample.suffix == suffix && (bound == nil || sample.labels.last.map { $0.value } == bound)
            }?.value
        }
        #expect(value("_bucket", "0.1") == 2)
        #expect(value("_bucket", "0.5") == 3)
        #expect(value("_bucket", "86400") == 3)
        #expect(value("_bucket", "+Inf") == 4)
        #expect(value("_count") == 4)
        #expect(value("_sum") == 90_000.201)
        #expect(samples.allSatisfy { $0.labels.first.map { $0.value } == "wait" })
    }

    @Test("An address for them is one of this machine alone.")
    func loopback() throws {
        for text in ["127.0.0.1:9787", "127.9.8.7:1", "[::1]:9787"] {
            #expect(try #require(ListenAddress(text)).isLoopback)
        }
        for text in [
            "0.0.0.0:9787", "localhost:9787", "192.168.1.1:9787", "[::]:9787", "127.0.0.1.example:1", "127.0.0:1",
        ] {
            #expect(try !#require(ListenAddress(text)).isLoopback)
        }
    }
}
