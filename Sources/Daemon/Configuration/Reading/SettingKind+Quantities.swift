extension SettingKind<Int64> {
    /// A size in bytes: `30MB`, `64KiB`, `1.5GB`, or plain bytes.
    static func size(atLeast minimum: Int64) -> SettingKind<Int64> {
        let expected = minimum > 0 ? "a size such as 30MB or 64KiB, more than 0" : "a size such as 30MB or 64KiB"
        return SettingKind(
            expected: expected,
            read: { scalar throws(Refusal) in
                let quantity = Quantity(scalar.text)
                if let bytes = quantity?.times(ByteUnit.table), bytes >= minimum { return bytes }
                let better = quantity?.with(unit: ByteUnit.meant(by: quantity?.unit ?? ""))
                let isBetter = better?.times(ByteUnit.table).map { $0 >= minimum } ?? false
                throw Refusal(suggestion: isBetter ? better?.text : nil, quotes: true)
            },
            yaml: { bytes in
                let unit = ByteUnit.table.last { bytes != 0 && bytes % $0.factor == 0 && $0.isShown }
                return unit.map { "\(bytes / $0.factor)\($0.name)" } ?? "\(bytes)"
            }
        )
    }
}

extension SettingKind<Duration> {
    /// A time: `500ms`, `2s`, `10m`, `1h`, `30d`.
    static func duration(_ range: ClosedRange<Duration>) -> SettingKind<Duration> {
        SettingKind(
            expected:
                "a time such as 30s, 10m, 2h or 7d, from \(TimeUnit.text(range.lowerBound)) to \(TimeUnit.text(range.upperBound))",
            read: { scalar throws(Refusal) in
                let quantity = Quantity(scalar.text)
                if let quantity, !quantity.unit.isEmpty, let time = TimeUnit.time(quantity), range.contains(time) {
                    return time
                }
                let better = quantity?.with(unit: TimeUnit.aliases[quantity?.unit.lowercased() ?? ""])
                let isBetter = better.flatMap(TimeUnit.time).map(range.contains) ?? false
                throw Refusal(suggestion: isBetter ? better?.text : nil, quotes: true)
            },
            yaml: TimeUnit.text
        )
    }
}

/// A number and a unit.
private struct Quantity {
    var number: Substring
    var unit: Substring

    init?(_ text: String) {
        number = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
        unit = text[number.endIndex...].drop { $0 == " " }
        guard !number.isEmpty, unit.allSatisfy({ $0.isASCII && $0.isLetter }) else { return nil }
    }

    var text: String { "\(number)\(unit)" }

    /// The same number of another unit.
    func with(unit: String?) -> Quantity? {
        guard let unit else { return nil }
        var copy = self
        copy.unit = Substring(unit)
        return copy
    }

    /// The number in the smallest unit, if it is a whole one that an `Int64` holds.
    func times(_ table: [(name: String, factor: Int64, isShown: Bool)]) -> Int64? {
        let pieces = number.split(separator: ".", omittingEmptySubsequences: false)
        guard let factor = unit.isEmpty ? 1 : table.first(where: { $0.name == unit })?.factor,
            pieces.count <= 2, pieces.allSatisfy(isDigits), let whole = Int64(pieces[0])
        else { return nil }
        let (product, overflows) = whole.multipliedReportingOverflow(by: factor)
        guard !overflows else { return nil }
        guard pieces.count == 2 else { return product }
        guard pieces[1].count <= 6, let fraction = Int64(pieces[1]) else { return nil }
        let scale = pieces[1].reduce(Int64(1)) { scale, _ in scale * 10 }
        let (scaled, tooMuch) = fraction.multipliedReportingOverflow(by: factor)
        guard !tooMuch, scaled % scale == 0 else { return nil }
        let (sum, beyond) = product.addingReportingOverflow(scaled / scale)
        return beyond ? nil : sum
    }
}

private enum ByteUnit {
    static let table: [(name: String, factor: Int64, isShown: Bool)] = [
        ("B", 1, false), ("kB", 1_000, false), ("KB", 1_000, true), ("KiB", 1 << 10, true),
        ("MB", 1_000_000, true), ("MiB", 1 << 20, true), ("GB", 1_000_000_000, true), ("GiB", 1 << 30, true),
        ("TB", 1_000_000_000_000, true), ("TiB", 1 << 40, true),
    ]

    /// The unit that differs in nothing but case, or lacks its B.
    static func meant(by unit: Substring) -> String? {
        let unit = unit.lowercased()
        return table.last { $0.name.lowercased() == unit || $0.name.lowercased() == unit + "b" }?.name
    }
}

private enum TimeUnit {
    /// In milliseconds.
    static let table: [(name: String, factor: Int64, isShown: Bool)] = [
        ("ms", 1, true), ("s", 1_000, true), ("m", 60_000, true), ("h", 3_600_000, true), ("d", 86_400_000, true),
    ]

    /// What others call them; a bare number most often means seconds.
    static let aliases = [
        "": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s", "min": "m", "mins": "m", "minute": "m",
        "minutes": "m",
        "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "day": "d", "days": "d", "msec": "ms",
    ]

    static func time(_ quantity: Quantity) -> Duration? {
        quantity.times(table).map { .milliseconds($0) }
    }

    static func text(_ time: Duration) -> String {
        let (seconds, attoseconds) = time.components
        let (product, _) = seconds.multipliedReportingOverflow(by: 1_000)
        let milliseconds = product &+ attoseconds / 1_000_000_000_000_000
        guard milliseconds != 0, let unit = table.last(where: { milliseconds % $0.factor == 0 }) else { return "0s" }
        return "\(milliseconds / unit.factor)\(unit.name)"
    }
}
