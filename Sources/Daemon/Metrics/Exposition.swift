/// Figures as Prometheus reads them: its text format, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/).
struct Exposition: Sendable {
    /// What Prometheus makes of a family's figures.
    enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    /// One figure of a family.
    struct Sample: Sendable {
        /// Behind the family's name, such as `_bucket`.
        var suffix = ""
        /// Names with their values, in the order in which they are written.
        var labels: [(name: String, value: String)] = []
        var value: Double
    }

    /// What is to be served.
    private(set) var text = ""
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Adds a family, if it has figures.
    ///
    /// - Parameters:
    ///   - name: without the prefix of this program, in its base unit.
    ///   - kind: what it is.
    ///   - help: what it tells, in one line.
    ///   - samples: its figures, one for each combination of labels.
    ///   - prefix: of the name; that of figures which every process has is another.
    mutating func add(
        _ name: String,
        _ kind: Kind,
        _ help: String,
        _ samples: [Sample],
        prefix: String = "runninghubd_"
    ) {
        guard !samples.isEmpty else { return }
        text += "# HELP \(prefix)\(name) \(Self.escaped(help, quotes: false))\n"
        text += "# TYPE \(prefix)\(name) \(kind.rawValue)\n"
        for sample in samples {
            let labels = sample.labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }
            let shown = labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}"
            text += "\(prefix)\(name)\(sample.suffix)\(shown) \(Self.number(sample.value))\n"
        }
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Whole numbers as such.
    static func number(_ value: Double) -> String {
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }
}
