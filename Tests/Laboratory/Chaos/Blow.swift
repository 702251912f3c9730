import FaultPoints

/// How a daemon is ended once.
enum Blow: Sendable, Hashable {
    /// When it reaches a side of a fault point for this time.
    case point(FaultPoint, FaultPoint.Side, hit: Int)
    /// After this time.
    case time(milliseconds: Int)

    /// What `RUNNINGHUBD_FAULT` says where the daemon is to do this there.
    func fault(_ action: ArmedFault.Action) -> String? {
        guard case .point(let point, let side, let hit) = self else { return nil }
        return "\(point.rawValue):\(side.rawValue):\(hit):\(action.rawValue)"
    }
}

/// The order of blows: every side of every point in turn, each turn shuffled anew, and every fourth one at a random moment.
struct BlowSequence: Sendable {
    private var generator: SeededGenerator
    private var count = 0
    private var coming: [Blow] = []

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    /// The next blow.
    ///
    /// - Parameter isFirst: whether the daemon starts for the first time: what only a first start does is struck then.
    /// - Returns: the blow.
    mutating func next(isFirst: Bool) -> Blow {
        count += 1
        if isFirst { return Self.ofFirstStart.randomElement(using: &generator) ?? .time(milliseconds: 20) }
        if count.isMultiple(of: 4) { return .time(milliseconds: Int.random(in: 0..<500, using: &generator)) }
        if coming.isEmpty { coming = Self.all.shuffled(using: &generator) }
        guard case .point(let point, let side, _)? = coming.popLast() else { return .time(milliseconds: 100) }
        // The first hit is the likeliest, and the far ones come too.
        var hit = 1
        while hit < 12, Bool.random(using: &generator) { hit += 1 }
        return .point(point, side, hit: hit)
    }

    private static let all = FaultPoint.allCases.flatMap { point in
        FaultPoint.Side.allCases.map { Blow.point(point, $0, hit: 1) }
    }

    private static let ofFirstStart = all.filter { blow in
        guard case .point(let point, _, _) = blow else { return false }
        return [.commitIdentity, .commitGeneration, .marker, .callMakeFolder, .callSynchronize, .callRename].contains(
            point
        )
    }
}
