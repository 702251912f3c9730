import FoundationEssentials

/// Times of day as v1 answers write them.
enum WallTime {
    /// `2025-03-26 16:05:07`, in UTC.
    static func text(_ unixSeconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(unixSeconds)).formatted(
            .iso8601.year().month().day().dateTimeSeparator(.space).time(includingFractionalSeconds: false)
        )
    }
}
