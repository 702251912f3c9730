import Jobs

/// When people are told that a folder went away or came back: at once, but of one that comes and goes once a minute at most.
struct AwayNews: Sendable {
    private var isToldAway = false
    private var toldAt: Timestamp?

    private static let pace = Duration.seconds(60)

    /// Whether to tell how it is, having been asked again and again.
    ///
    /// - Parameters:
    ///   - isAway: how it is.
    ///   - now: the time.
    /// - Returns: whether it is news; then it counts as told.
    mutating func isNews(isAway: Bool, at now: Timestamp) -> Bool {
        guard isAway != isToldAway else { return false }
        // Its return is told of every one that was told to be away.
        if isAway {
            if let toldAt, now < toldAt + Self.pace { return false }
            toldAt = now
        }
        isToldAway = isAway
        return true
    }
}
