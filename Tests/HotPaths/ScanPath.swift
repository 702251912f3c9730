import Glibc
import Jobs
import Spool

/// A look through an inbox with many files, as at a start.
struct ScanPath {
    private let folder: String

    init(folder: String) {
        self.folder = folder
    }

    /// As many files are made and removed whatever is counted: the others lie in another folder.
    private static let files = 6000

    func run(_ count: Int) throws {
        precondition(count <= Self.files, "So many files are made.")
        for name in ["inbox", "others"] { precondition(mkdir("\(folder)/\(name)", 0o770) == 0, "It is a new folder.") }
        for number in 0..<Self.files {
            let path = "\(folder)/\(number < count ? "inbox" : "others")/file-\(number).png"
            let file = open(path, O_CREAT | O_WRONLY, 0o640)
            precondition(ftruncate(file, 1) == 0 && close(file) == 0, "There is room in memory.")
        }
        let inbox = "\(folder)/inbox"
        var scan = try InboxScan(of: try Folder(path: inbox), inspector: Inspector(rules: NameRules(), place: inbox))
        var found = 0
        while let page = try scan.nextPage() {
            for item in page {
                guard case .file = item.inspection else { preconditionFailure("Each may be taken.") }
                found += 1
            }
        }
        precondition(found == count, "Each file is found once.")
    }
}
