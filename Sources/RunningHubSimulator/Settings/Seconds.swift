/// A span of time in the settings: written as a number of seconds, `2` or `0.25`.
package struct Seconds: Sendable, Hashable, Codable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    /// The span; never negative, at most ``longest``.
    package var duration: Duration

    /// About 31 years.
    ///
    /// Longer spans are refused, so that sums of spans cannot overflow.
    package static let longest = 1e9

    package init(_ duration: Duration) {
        self.duration = min(max(duration, .zero), .seconds(Self.longest))
    }

    package init(floatLiteral value: Double) {
        self.init(.seconds(min(max(value, 0), Self.longest)))
    }

    package init(integerLiteral value: Int) {
        self.init(floatLiteral: Double(value))
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let seconds = try container.decode(Double.self)
        guard seconds.isFinite, (0...Self.longest).contains(seconds) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "a number of seconds from 0 to \(Int(Self.longest)) is needed"
            )
        }
        self.init(floatLiteral: seconds)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(duration.inSeconds)
    }
}

/// A span of time drawn anew each time, evenly from `shortest` to `longest`; written `2` or `[1, 3]`.
package struct SecondsRange: Sendable, Hashable, Codable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    package var shortest: Seconds
    package var longest: Seconds

    package init(_ shortest: Seconds, _ longest: Seconds) {
        self.shortest = shortest
        self.longest = longest.duration < shortest.duration ? shortest : longest
    }

    package init(floatLiteral value: Double) {
        self.init(Seconds(floatLiteral: value), Seconds(floatLiteral: value))
    }

    package init(integerLiteral value: Int) {
        self.init(floatLiteral: Double(value))
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let bounds = try? container.decode([Seconds].self) {
            guard bounds.count == 2 else {
                throw DecodingError.dataCorruptedError(
                    in: container,
                    debugDescription: "a range of seconds is written [shortest, longest]"
                )
            }
            self.init(bounds[0], bounds[1])
        } else {
            let both = try container.decode(Seconds.self)
            self.init(both, both)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if shortest == longest {
            try container.encode(shortest)
        } else {
            try container.encode([shortest, longest])
        }
    }

    func draw(from generator: inout SeededGenerator) -> Duration {
        guard shortest.duration < longest.duration else { return shortest.duration }
        let span = (longest.duration - shortest.duration).inSeconds
        return shortest.duration + .seconds(Double.random(in: 0...span, using: &generator))
    }
}

extension Duration {
    /// The span as a fraction of seconds.
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
