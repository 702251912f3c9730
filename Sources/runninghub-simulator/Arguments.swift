import ArgumentParser
import RunningHubSimulator

extension ListenAddress: ExpressibleByArgument {
    /// Reads `HOST:PORT`.
    public init?(argument: String) {
        self.init(argument)
    }

    /// As the help shows it.
    public var defaultValueDescription: String { "\(host):\(port)" }
}

/// `NAME=KEY`.
struct KeyArgument: ExpressibleByArgument {
    var name: String
    var key: String

    init?(argument: String) {
        let halves = argument.split(separator: "=", maxSplits: 1).map(String.init)
        guard halves.count == 2, halves[1].utf8.count == 32 else { return nil }
        name = halves[0]
        key = halves[1]
    }
}

/// `2s`, `500ms`, `1m`, or a range of two such times, `1s-5s`.
///
/// A bare number means seconds.
struct TimeArgument: ExpressibleByArgument {
    var range: SecondsRange

    init?(argument: String) {
        let times = argument.split(separator: "-", omittingEmptySubsequences: false).map(Self.seconds)
        switch times.count {
        case 1:
            guard let time = times[0] else { return nil }
            range = SecondsRange(time, time)
        case 2:
            guard let first = times[0], let last = times[1] else { return nil }
            range = SecondsRange(first, last)
        default:
            return nil
        }
    }

    private static func seconds(_ text: Substring) -> Seconds? {
        let units: [(suffix: String, factor: Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("", 1)]
        for unit in units where text.hasSuffix(unit.suffix) {
            guard let number = Double(text.dropLast(unit.suffix.count)), number.isFinite, number >= 0 else {
                return nil
            }
            return Seconds(floatLiteral: number * unit.factor)
        }
        return nil
    }
}
