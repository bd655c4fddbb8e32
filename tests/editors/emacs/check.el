;;; check.el --- editors/emacs in Emacs itself -*- lexical-binding: t; -*-

;;; Commentary:

;; Not part of tests/editors/run, as the Debian that it runs on has an Emacs without tree-sitter. With Emacs 29 or later, from the project root:
;;   cc -shared -fPIC -O2 -I editors/tree-sitter-scale/src editors/tree-sitter-scale/src/parser.c -o target/editors/libtree-sitter-scale.so
;;   emacs --batch -l tests/editors/emacs/check.el
;; The mode compiles without a warning; colours, outline, indents and movement are looked at.

;;; Code:

(require 'bytecomp)
(require 'cl-lib)
(require 'imenu)

(defvar check-root (expand-file-name "../../../" (file-name-directory load-file-name)))
(defvar check-failed 0)
(defvar check-count 0)

(defun check (what found expected)
  "Tell of WHAT unless FOUND is EXPECTED."
  (setq check-count (1+ check-count))
  (unless (equal found expected)
    (setq check-failed (1+ check-failed))
    (message "%s: expected %S, found %S" what expected found)))

(defun check-face (needle &optional after)
  "The face of the first NEEDLE (behind AFTER)."
  (goto-char (point-min))
  (when after (search-forward after))
  (search-forward needle)
  (get-text-property (match-beginning 0) 'face))

(setq treesit-extra-load-path (list (concat check-root "target/editors"))
      make-backup-files nil)
(let ((byte-compile-error-on-warn t)
      (byte-compile-dest-file-function (lambda (_) (concat check-root "target/editors/scale-ts-mode.elc"))))
  (check "compiles without a warning" (byte-compile-file (concat check-root "editors/emacs/scale-ts-mode.el")) t))
(load (concat check-root "editors/emacs/scale-ts-mode.el") nil t)

(with-current-buffer (find-file-noselect (concat check-root "scenarios/doors_open.scale"))
  (check "mode" major-mode 'scale-ts-mode)
  (setq-local treesit-font-lock-level 4)
  (treesit-font-lock-recompute-features)
  (font-lock-ensure)
  (pcase-dolist (`(,face . ,place)
                 '((font-lock-doc-face "##") (font-lock-keyword-face "param") (font-lock-number-face "2_000") (font-lock-builtin-face "/s" "2_000")
                   (font-lock-type-face "kafka") (font-lock-property-name-face "brokers") (font-lock-function-call-face "env")
                   (font-lock-string-face "\"doors open\"") (font-lock-keyword-face "send") (font-lock-property-use-face "browsing" "send")
                   (font-lock-keyword-face "ramp") (font-lock-function-name-face "baseline" "phase ") (font-lock-keyword-face "during")
                   (font-lock-function-call-face "baseline" "during ")))
    (check place (apply #'check-face place) face))
  (let ((outline (funcall imenu-create-index-function)))
    (check "targets of the outline" (mapcar #'car (cdr (assoc "Target" outline))) '("clicks" "orders"))
    (check "tests of the outline" (mapcar #'car (cdr (assoc "Test" outline))) '("doors open")))
  (goto-char (point-min))
  (search-forward "send")
  (beginning-of-defun)
  (check "the declaration around" (looking-at "test ") t))

;; A file without indents gets those of `scalec fmt' back; how weights are lined up is the formatter's business.
(dolist (file (directory-files (concat check-root "scenarios") t "\\.scale\\'"))
  (with-temp-buffer
    (insert-file-contents file)
    (let ((lines (split-string (buffer-string) "\n")))
      (scale-ts-mode)
      (while (not (eobp)) (delete-horizontal-space) (forward-line 1))
      (indent-region (point-min) (point-max))
      (cl-mapc (lambda (expected found)
                 (unless (string-match-p "\\` *\\([0-9$]\\|rest \\)" expected)
                   (check (file-name-nondirectory file) found expected)))
               lines (split-string (buffer-string) "\n")))))

;; As it is typed, a file gets the same indents: a block that nothing closes yet is one.
(let ((typed (with-temp-buffer (insert-file-contents (concat check-root "tests/editors/typed.scale")) (buffer-string))))
  (with-temp-buffer
    (scale-ts-mode)
    (electric-indent-local-mode 1)
    (dolist (line (split-string typed "\n" t))
      (dolist (letter (string-to-list (string-trim line)))
        (setq last-command-event letter)
        (self-insert-command 1))
      (setq last-command-event ?\n)
      (newline 1 t))
    (check "indents while typing" (buffer-substring-no-properties (point-min) (point-max)) typed)))

;; A raw text keeps the indents of its lines, and what follows has that of the line it began in; a quote that nothing closes ends with its line.
(let ((raw "event e {\n  field a = \"\"\"\n# {\n     second \"\n third\"\"\"\n  key = a\n  field b = list(\"\"\"x\n\"\"\"\n  )\n  field c = \"open\n  field d = 1\n}\n"))
  (with-temp-buffer
    (insert raw)
    (scale-ts-mode)
    (indent-region (point-min) (point-max))
    (check "indents around a raw text" (buffer-substring-no-properties (point-min) (point-max)) raw)))

;; Without the grammar: the mode starts, comments and braces still count.
(with-temp-buffer
  (cl-letf (((symbol-function 'treesit-ready-p) #'ignore))
    (scale-ts-mode))
  (insert "test \"t\" {\nseed = 1\n}\n")
  (indent-region (point-min) (point-max))
  (check "plain indents" (buffer-string) "test \"t\" {\n  seed = 1\n}\n"))

(message "Emacs: %d checks, %d wrong" check-count check-failed)
(kill-emacs (if (zerop check-failed) 0 1))
;;; check.el ends here
