import Glibc
import Jobs
import Spool

/// A look through an inbox with many files, as at a start.
struct ScanPath {
    private let folder: String

    init(folder: String) {
        self.folder = folder
    }

    func run(_ count: Int) throws {
        for number in 0..<count {
            let file = open("\(folder)/file-\(number).png", O_CREAT | O_WRONLY, 0o640)
            precondition(ftruncate(file, 1) == 0 && close(file) == 0, "There is room in memory.")
        }
        let inspector = Inspector(rules: NameRules(), place: folder)
        var scan = try InboxScan(of: try Folder(path: folder), inspector: inspector)
        var found = 0
        while let page = try scan.nextPage() { found += page.count }
        precondition(found == count, "Each file is found once.")
    }
}
