import FoundationEssentials
import Glibc
package import Jobs

/// Times as people on this machine read them.
package enum LocalTime {
    /// `2026-11-21 06:31:02` for a time in RFC 3339; the text itself where it is none.
    static func text(_ internetTime: String) -> String {
        Timestamp(internetTime: internetTime).map { text($0) } ?? internetTime
    }

    /// `2026-11-21 06:31:02`.
    static func text(_ time: Timestamp) -> String {
        "\(day(time)) \(clock(time)):\(padded(parts(of: time).tm_sec))"
    }

    /// `2026-11-21`.
    static func day(_ time: Timestamp) -> String {
        let parts = parts(of: time)
        return "\(Int(parts.tm_year) + 1900)-\(padded(parts.tm_mon + 1))-\(padded(parts.tm_mday))"
    }

    /// `06:31`.
    static func clock(_ time: Timestamp) -> String {
        let parts = parts(of: time)
        return "\(padded(parts.tm_hour)):\(padded(parts.tm_min))"
    }

    /// How long ago a time was, or how long it takes until then: `12s`, `3min`, `2h`, `5d`.
    static func span(from earlier: String, to later: String) -> String {
        guard let from = Timestamp(internetTime: earlier), let to = Timestamp(internetTime: later) else { return "?" }
        let seconds = max(0, (to - from).milliseconds / 1000)
        return switch seconds {
        case ..<120: "\(seconds)s"
        case ..<7200: "\(seconds / 60)min"
        case ..<172_800: "\(seconds / 3600)h"
        default: "\(seconds / 86_400)d"
        }
    }

    /// The time that has gone by since midnight.
    package static func sinceMidnight(at time: Timestamp) -> Duration {
        let parts = parts(of: time)
        return .seconds(Int64(parts.tm_hour) * 3600 + Int64(parts.tm_min) * 60 + Int64(parts.tm_sec))
    }

    private static func parts(of time: Timestamp) -> tm {
        var seconds = time_t(time.milliseconds / 1000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        return parts
    }

    private static func padded(_ number: CInt) -> String {
        number < 10 ? "0\(number)" : String(number)
    }
}

extension Timestamp {
    /// Reads RFC 3339 with a fraction of a second, as `internetTime` writes it.
    init?(internetTime text: String) {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        guard let date = try? style.parse(text) else { return nil }
        self.init(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded()))
    }
}
