/// How often something goes wrong.
///
/// Written as a probability (`0.2`) or as an object (`{"count": 3}`, `{"probability": 0.5, "count": 2}`).
/// A count comes first: the next `count` occasions go wrong for certain, and each takes one off the count;
/// after that the probability decides.
package struct Fault: Sendable, Hashable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    /// Chance on each occasion, 0 to 1.
    package var probability: Double
    /// How many of the next occasions go wrong for certain.
    package var count: Int

    package init(probability: Double = 0, count: Int = 0) {
        self.probability = min(max(probability, 0), 1)
        self.count = max(count, 0)
    }

    package init(floatLiteral value: Double) {
        self.init(probability: value)
    }

    package init(integerLiteral value: Int) {
        self.init(probability: Double(value))
    }

    /// Never goes wrong.
    package static let never = Fault()
    /// Always goes wrong.
    package static let always = Fault(probability: 1)

    /// Goes wrong on the next `count` occasions, then no more.
    package static func next(_ count: Int) -> Fault {
        Fault(count: count)
    }

    /// Decides one occasion.
    mutating func strikes(_ generator: inout SeededGenerator) -> Bool {
        if count > 0 {
            count -= 1
            return true
        }
        guard probability > 0 else { return false }
        return Double.random(in: 0..<1, using: &generator) < probability
    }
}

extension Fault: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case probability, count
    }

    package init(from decoder: any Decoder) throws {
        if let probability = try? decoder.singleValueContainer().decode(Double.self) {
            try self.init(checking: probability, count: 0, at: decoder.codingPath)
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            checking: container.decodeIfPresent(Double.self, forKey: .probability) ?? 0,
            count: container.decodeIfPresent(Int.self, forKey: .count) ?? 0,
            at: decoder.codingPath
        )
    }

    private init(checking probability: Double, count: Int, at path: [any CodingKey]) throws {
        guard (0...1).contains(probability), count >= 0 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: path, debugDescription: "a probability is 0 to 1, a count 0 or more")
            )
        }
        self.init(probability: probability, count: count)
    }
}
