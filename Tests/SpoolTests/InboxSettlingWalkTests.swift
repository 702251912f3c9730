import Jobs
import Spool
import Testing

/// What happens to a few files at random, and what is noticed of it, in the order in which the kernel tells it.
@Suite(.timeLimit(.minutes(1)))
struct InboxSettlingWalkTests {
    struct Truth {
        var identity: FileIdentity
        var changedAt: Timestamp
        var movedIn = false
        var isOpen = false
    }

    @Test(
        "A random walk never settles a file that changed within the quiet time, and always settles one that does not change",
        .bug("https://github.com/paperless-ngx/paperless-ngx/issues/14219", "a file taken before it is finished"),
        .bug("https://github.com/jonaswinkler/paperless-ng/issues/176", "a file taken before it is finished")
    )
    func walk() throws {
        var seeds = SystemRandomNumberGenerator()
        for _ in 0..<150 {
            try walk(seed: seeds.next())
        }
    }

    private func walk(seed: UInt64) throws {
        let comment = Comment(rawValue: "seed \(seed)")
        var random = SplitMix(state: seed)
        var world = InboxSettlingTests.World()
        var truth: [RelativePath: Truth] = [:]
        let paths = try (0..<4).map { try path("\($0).png") }
        for _ in 0..<400 {
            let path = paths[Int(random.next() % 4)]
            act(&world, &truth, path, &random)
            for settled in world.settled() {
                let known = try #require(truth[settled], comment)
                let quiet: Duration = known.movedIn ? .zero : .seconds(5)
                #expect(world.now.ledger - known.changedAt >= quiet, comment)
                #expect(!known.isOpen || known.movedIn, comment)
                answer(&world, &truth, settled, &random)
            }
        }
        try rest(&world, &truth, comment)
    }

    /// In the end everything is closed and left alone.
    private func rest(
        _ world: inout InboxSettlingTests.World,
        _ truth: inout [RelativePath: Truth],
        _ comment: Comment
    ) throws {
        for path in truth.keys where truth[path]?.isOpen == true { world.settling.closed(path, at: world.now) }
        for path in truth.keys { world.find(path) }
        var left = Set(truth.keys)
        for _ in 0..<30 {
            for path in world.settled() {
                left.remove(path)
                world.files[path] = nil
                world.settling.left(path, at: world.now)
            }
            world.pass(.seconds(5))
        }
        #expect(left.isEmpty, comment)
        #expect(world.settling.count == 0, comment)
    }

    private func act(
        _ world: inout InboxSettlingTests.World,
        _ truth: inout [RelativePath: Truth],
        _ path: RelativePath,
        _ random: inout SplitMix
    ) {
        switch random.next() % 9 {
        case 0 where truth[path] == nil:
            world.write(path)
            world.settling.created(path, at: world.now)
            world.settling.opened(path, at: world.now)
            note(world, &truth, path) { $0.isOpen = true }
        case 1 where truth[path] == nil:
            world.write(path)
            world.settling.movedIn(path, at: world.now)
            note(world, &truth, path) { $0.movedIn = true }
        case 2 where truth[path]?.isOpen == true:
            world.write(path, size: Int64(random.next() % 1000) + 1)
            note(world, &truth, path) { _ in }
        case 3 where truth[path]?.isOpen == true:
            world.settling.closed(path, at: world.now)
            truth[path]?.isOpen = false
        case 4 where truth[path]?.isOpen == false:
            world.settling.opened(path, at: world.now)
            world.write(path, size: Int64(random.next() % 1000) + 1)
            world.settling.closed(path, at: world.now)
            note(world, &truth, path) { $0.movedIn = false }
        case 5 where truth[path] != nil:
            world.settling.gone(path)
            world.files[path] = nil
            truth[path] = nil
        case 6: world.find(path)
        default: world.pass(.milliseconds(Int64(random.next() % 12000)))
        }
    }

    private func note(
        _ world: InboxSettlingTests.World,
        _ truth: inout [RelativePath: Truth],
        _ path: RelativePath,
        _ change: (inout Truth) -> Void
    ) {
        guard let identity = world.files[path] else { return }
        var entry = truth[path] ?? Truth(identity: identity, changedAt: world.now.ledger)
        entry.identity = identity
        entry.changedAt = world.now.ledger
        change(&entry)
        truth[path] = entry
    }

    /// It is claimed, or not.
    private func answer(
        _ world: inout InboxSettlingTests.World,
        _ truth: inout [RelativePath: Truth],
        _ path: RelativePath,
        _ random: inout SplitMix
    ) {
        if random.next() % 2 == 0 {
            world.files[path] = nil
            truth[path] = nil
            world.settling.movedAway(path)
            world.settling.left(path, at: world.now)
        } else {
            world.settling.returned(path, after: .seconds(Int64(random.next() % 20)), message: "no", at: world.now)
        }
    }
}

/// A small generator whose whole state is a seed that can be printed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
