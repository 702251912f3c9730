/// Finds folders that lie in each other: a file in both would be taken twice, or a result taken for a drop.
struct FolderOverlap {
    /// A folder and who has it.
    struct Claim {
        var path: String
        /// As a person knows it: `the inbox of 'oil'`.
        var name: String
        /// Where it is said.
        var position: SourcePosition
        /// The pipeline that says it.
        var pipeline: String
    }

    private let roots: [(path: String, name: String)]
    private var claims: [Claim] = []

    /// - Parameter roots: folders that no pipeline's own folder may touch, with their names.
    init(roots: [(path: String, name: String)]) {
        self.roots = roots
    }

    mutating func add(_ claim: Claim) {
        claims.append(claim)
    }

    /// Each folder that touches another; of two pipelines' both are told, as nobody can know which was meant.
    var problems: [ConfigurationProblem] {
        var byPath: [String: [Int]] = [:]
        for (index, claim) in claims.enumerated() { byPath[claim.path, default: []].append(index) }
        var problems: [ConfigurationProblem] = []
        for (index, claim) in claims.enumerated() {
            if let root = roots.first(where: { Self.touch($0.path, claim.path) }) {
                problems.append(problem(claim, "\(root.name), \(root.path)"))
            }
            for path in Self.ancestors(claim.path) {
                for other in byPath[path] ?? [] where other != index && (path != claim.path || other < index) {
                    problems.append(problem(claim, claims[other].name))
                    problems.append(problem(claims[other], claim.name))
                }
            }
        }
        return problems
    }

    /// Whether one of two paths lies in the other or both are the same.
    static func touch(_ left: String, _ right: String) -> Bool {
        ancestors(left).contains(right) || ancestors(right).contains(left)
    }

    private func problem(_ claim: Claim, _ other: String) -> ConfigurationProblem {
        .init(at: claim.position, "This folder overlaps \(other).", pipeline: claim.pipeline)
    }

    /// A path and all that it lies in.
    private static func ancestors(_ path: String) -> [String] {
        var result = ["/"]
        for name in path.split(separator: "/") {
            result.append((result.last == "/" ? "/" : (result.last ?? "") + "/") + name)
        }
        return result
    }
}
