import Jobs
import Ledger
import Spool

/// Why a ledger does not know all that has happened in its spool.
enum LostHistory: Sendable, Hashable {
    /// The spool was used with another ledger: this one is new, or another daemon's, or the spool is.
    case otherLedger(String)
    /// The marker has seen generations that the ledger has not: it was put back from a copy.
    case olderLedger
    /// The ledger was last used on another machine: it was copied, and the other daemon may be alive.
    case otherMachine
    /// It was put in its place beside the log of another, which SQLite has replayed into it.
    case mixedLedger
    /// The marker cannot say anything, since it is damaged or a person has emptied it.
    case noWitness

    /// Compares what the ledger remembers with what the spool and the machine say.
    ///
    /// - Parameters:
    ///   - marker: what was found in the spool.
    ///   - folderLedger: whose marker a pipeline's folder in `work/` bears, where it bears one.
    ///   - identity: the ledger, as it was before this start.
    ///   - hasForeignLog: whether it was opened beside a log that is not its own.
    ///   - machine: this machine; nothing where it has no name: then nothing is said of it.
    /// - Returns: nothing where all fits together.
    static func judge(
        marker: Marker.Finding,
        folderLedger: String?,
        identity: Ledger.Identity,
        hasForeignLog: Bool = false,
        machine: String?
    ) -> LostHistory? {
        switch marker {
        case .marker(let marker) where marker.ledger != identity.id: return .otherLedger(marker.ledger)
        case .marker(let marker) where marker.generation > identity.generation: return .olderLedger
        case .empty, .unreadable: return .noWitness
        // The spool's own marker was lost, together with the ledger that would miss it.
        case .none: if let folderLedger, folderLedger != identity.id { return .otherLedger(folderLedger) }
        case .marker: break
        }
        if hasForeignLog { return .mixedLedger }
        if let previous = identity.previousMachine, let machine, previous != machine, previous != "unknown" {
            return .otherMachine
        }
        return nil
    }

    /// The ledger whose folders are to be taken over: what they hold is held until a person has decided.
    func predecessor(of id: String) -> String {
        if case .otherLedger(let other) = self { other } else { id }
    }

    /// What has happened, as a clause.
    var phrase: Phrase {
        switch self {
        case .otherLedger(let other):
            Phrase(
                "the spool was used with another ledger (\(other)); this one does not know what ran before",
                zh: "该目录曾与另一份记录（\(other)）一起使用，目前的记录不知道之前运行过什么",
                ru: "эти папки использовались с другим журналом (\(other)); нынешний не знает, что выполнялось раньше"
            )
        case .olderLedger:
            Phrase(
                "the ledger is older than the spool, as if restored from a copy; it does not know what ran since",
                zh: "记录比目录旧，像是从备份恢复的，它不知道此后运行过什么",
                ru: "журнал старше папок, как будто восстановлен из копии; он не знает, что выполнялось с тех пор"
            )
        case .mixedLedger:
            Phrase(
                "the ledger was put beside the log of another, ledger.sqlite-wal, and may lack what ran",
                zh: "记录文件被放到了另一份记录的日志 ledger.sqlite-wal 旁边，可能缺少运行过的内容",
                ru: "журнал положили рядом с чужим ledger.sqlite-wal, и в нём может не быть того, что выполнялось"
            )
        case .otherMachine:
            Phrase(
                "the ledger was last used on another machine; the daemon there may still run the same jobs",
                zh: "记录上次是在另一台机器上使用的，那里的服务可能仍在运行同样的任务",
                ru:
                    "журнал последний раз использовался на другой машине; служба там, возможно, всё ещё выполняет те же задания"
            )
        case .noWitness:
            Phrase(
                "the spool's marker .runninghubd is empty or damaged, so that nothing says whether the ledger knows all that ran",
                zh: "目录的标记文件 .runninghubd 为空或已损坏，无法判断记录是否知道运行过的一切",
                ru:
                    "метка .runninghubd в папках пуста или повреждена, и неизвестно, знает ли журнал обо всём, что выполнялось"
            )
        }
    }
}
