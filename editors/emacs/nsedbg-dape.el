;;; nsedbg-dape.el --- dape debugs .nse files -*- lexical-binding: t -*-
;; Load it, set breakpoints with M-x dape-breakpoint-toggle, start with M-x dape.
(require 'dape)
(add-to-list 'auto-mode-alist '("\\.nse\\'" . lua-mode))

(add-to-list
 'dape-configs
 `(nsedbg
   modes (lua-mode lua-ts-mode)
   command "nsedbg" command-args ("dap")
   :type "nse" :request "launch" :script buffer-file-name
   :target ,(lambda () (read-string "Target: " "127.0.0.1"))))

(provide 'nsedbg-dape)
;;; nsedbg-dape.el ends here
