import Jobs

extension ErrorCode {
    /// Every code that is known.
    ///
    /// Gathered from the service's documentation and from what public clients met. The numbers of the 1000 series have no published names.
    package static let table: [ErrorCode] = general + account + capacity + task + upload + flat + model

    static let askSupport = Phrase(
        "Try again later: move the file back into the inbox. If it stays, ask RunningHub's support, with the task_id of its .error.json.",
        zh: "请稍后重试：把文件移回 inbox。如果一直如此，请带上旁边 .error.json 里的 task_id 联系 RunningHub 客服。",
        ru:
            "Попробуйте позже: верните файл в inbox. Если не пройдёт, обратитесь в поддержку RunningHub, назвав task_id из .error.json."
    )
    static let checkNodes = Phrase(
        "Compare the pipeline's nodes with those that the app's or workflow's API page on the site lists.",
        zh: "请把流程中的节点与网站上该应用或工作流 API 页面列出的节点对照检查。",
        ru:
            "Сверьте узлы конвейера с теми, что указаны на странице API этого приложения или рабочего процесса на сайте."
    )
    static let checkKey = Phrase(
        "Check the key and whether it belongs to this site: www.runninghub.cn and www.runninghub.ai do not know each other's keys.",
        zh: "请检查密钥，以及它是否属于这个站点：www.runninghub.cn 与 www.runninghub.ai 的密钥互不通用。",
        ru: "Проверьте ключ и тот ли это сайт: www.runninghub.cn и www.runninghub.ai не знают ключей друг друга."
    )
    static let willBeAsked = Phrase(
        "Nothing needs to be done: the daemon asks again.",
        zh: "无需处理：服务会自动再次查询。",
        ru: "Ничего делать не нужно: служба спросит ещё раз."
    )
}
