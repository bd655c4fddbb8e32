;;; scale-ts-mode.el --- Major mode for .scale files, on tree-sitter -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "29.1"))
;; Keywords: languages
;; SPDX-License-Identifier: MIT OR Apache-2.0

;;; Commentary:

;; Colours, indents, an outline (imenu), movement by declaration, and the language server through eglot.
;; The grammar is built once, with a C compiler: the README in editors/emacs of scalec's sources has the command.
;; Where the grammar is missing, comments and indents work all the same.

;;; Code:

(require 'treesit nil t)
(eval-when-compile (require 'rx))

(declare-function treesit-ready-p "treesit.el")
(declare-function treesit-node-text "treesit.el")
(declare-function treesit-major-mode-setup "treesit.el")
(declare-function treesit-parser-create "treesit.c")
(declare-function treesit-node-type "treesit.c")
(declare-function treesit-node-child-by-field-name "treesit.c")

(defgroup scale nil
  "The language of scalec."
  :group 'languages)

(defcustom scale-ts-mode-indent-offset 2
  "Blanks for each step of indentation; `scalec fmt' has 2."
  :type 'integer
  :safe #'integerp)

(defvar scale-ts-mode--syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?$ "." table)
    table))

(defvar scale-ts-mode--keywords
  '("let" "param" "target" "source" "event" "mix" "metric" "pipeline" "cluster" "node" "sizing" "alert" "test" "import" "from"
    "send" "phase" "repeat" "fault" "undo" "expect" "sustain" "abort" "size" "rule" "otherwise" "field"
    "hold" "ramp" "step" "sine" "spike" "pause" "flood" "replay" "search"
    "during" "all" "eventually" "within" "at" "end" "per"
    "scale" "out" "in" "up" "split" "throttle" "investigate" "stop" "start" "kill" "critical" "warning"
    "as" "by" "every" "for" "when" "to" "over" "period" "into" "after" "settle" "null" "and" "or" "not" "of"))

(defvar scale-ts-mode--declarations
  '("import" "let" "param" "target" "source" "event" "mix" "metric" "pipeline" "cluster" "node" "sizing" "alert" "test"))

(defun scale-ts-mode--font-lock ()
  "The rules of `treesit-font-lock-settings'; later ones override."
  (treesit-font-lock-rules
   :language 'scale :feature 'comment
   '((comment) @font-lock-comment-face
     (doc_comment) @font-lock-doc-face)
   :language 'scale :feature 'keyword
   `([,@scale-ts-mode--keywords] @font-lock-keyword-face
     [(always) (keep) (rest) (reserved_word)] @font-lock-keyword-face)
   :language 'scale :feature 'string
   '((text) @font-lock-string-face)
   :language 'scale :feature 'escape :override t
   '((escape_sequence) @font-lock-escape-face)
   :language 'scale :feature 'constant
   '((boolean) @font-lock-constant-face)
   :language 'scale :feature 'number
   '((number) @font-lock-number-face
     (unit) @font-lock-builtin-face)
   :language 'scale :feature 'type
   '((kind) @font-lock-type-face
     (metric_unit) @font-lock-type-face)
   :language 'scale :feature 'definition :override t
   '((let name: (identifier) @font-lock-constant-face)
     (param name: (identifier) @font-lock-constant-face)
     (event name: (identifier) @font-lock-type-face)
     (mix name: (identifier) @font-lock-type-face)
     (target name: (identifier) @font-lock-variable-name-face)
     (source name: (identifier) @font-lock-variable-name-face)
     (metric name: (identifier) @font-lock-variable-name-face)
     (pipeline name: (identifier) @font-lock-variable-name-face)
     (cluster name: (identifier) @font-lock-variable-name-face)
     (sizing name: (identifier) @font-lock-variable-name-face)
     (alert name: (identifier) @font-lock-variable-name-face)
     (phase name: (identifier) @font-lock-function-name-face)
     (fault name: (identifier) @font-lock-function-name-face)
     (rule name: (identifier) @font-lock-function-name-face))
   :language 'scale :feature 'property
   '((key) @font-lock-property-name-face
     (label) @font-lock-property-name-face)
   :language 'scale :feature 'function
   '((call function: (identifier) @font-lock-function-call-face)
     (call function: (member member: (property) @font-lock-function-call-face)))
   :language 'scale :feature 'reference
   '((phase_reference name: (identifier) @font-lock-function-call-face)
     (property) @font-lock-property-use-face)
   :language 'scale :feature 'operator
   '(["+" "-" "*" "/" "<" "<=" ">" ">=" "==" "!=" ".." "..=" "=" "=>"] @font-lock-operator-face)
   :language 'scale :feature 'bracket
   '(["(" ")" "[" "]" "{" "}"] @font-lock-bracket-face)
   :language 'scale :feature 'delimiter
   '(["." ","] @font-lock-delimiter-face)
   :language 'scale :feature 'error :override t
   '([(malformed_quantity) (invalid_escape)] @font-lock-warning-face)))

(defun scale-ts-mode--name (node)
  "What the declaration NODE is called."
  (let ((name (treesit-node-child-by-field-name node "name")))
    (and name (string-trim (treesit-node-text name t) "\"" "\""))))

(defvar scale-ts-mode--imenu
  (mapcar (lambda (kind)
            (list (capitalize kind) (concat "\\`" kind "\\'") nil #'scale-ts-mode--name))
          (append (remove "import" scale-ts-mode--declarations) '("phase" "fault" "rule"))))

(defun scale-ts-mode--texts (start end)
  "Find raw texts between START and END, and quotes that nothing closes.
For `syntax-propertize-function'."
  (let ((raw (nth 3 (syntax-ppss start))))
    (goto-char start)
    (while (< (point) end)
      (cond
       (raw (when (search-forward "\"\"\"" end 'move)
              (put-text-property (1- (point)) (point) 'syntax-table (string-to-syntax "|"))
              (setq raw nil)))
       ((not (re-search-forward "[\"#]" end 'move)))
       ((eq (char-before) ?#) (end-of-line))
       ((looking-at "\"\"")
        (put-text-property (1- (point)) (point) 'syntax-table (string-to-syntax "|"))
        (forward-char 2)
        (setq raw t))
       ((looking-at (rx (* (or (not (any "\"\\\n")) (seq "\\" nonl))) "\"")) (goto-char (match-end 0)))
       (t (put-text-property (1- (point)) (point) 'syntax-table (string-to-syntax "."))
          (end-of-line))))))

(defun scale-ts-mode--column ()
  "Where this line begins: a step behind the line with the bracket around it.
Nil inside a raw text.  Brackets are counted, as the tree of what is being
typed is not finished."
  (save-excursion
    (forward-line 0)
    (let ((state (syntax-ppss)))
      (unless (nth 3 state)
        (let ((step (if (looking-at-p (rx (* blank) (any "}])"))) 0 scale-ts-mode-indent-offset))
              (around (nth 1 state)))
          (if (not around) 0
            (while around
              (goto-char around)
              (forward-line 0)
              (setq state (syntax-ppss)
                    around (and (nth 3 state) (nth 8 state))))
            (+ (current-indentation) step)))))))

(defun scale-ts-mode-indent-line ()
  "Indent this line as `scalec fmt' does."
  (let ((column (scale-ts-mode--column)))
    (cond ((not column) 'noindent)
          ((<= (current-column) (current-indentation)) (indent-line-to column))
          (t (save-excursion (indent-line-to column))))))

;;;###autoload
(define-derived-mode scale-ts-mode prog-mode "Scale"
  "Major mode for .scale files: load, health and sizing of streaming pipelines."
  :syntax-table scale-ts-mode--syntax-table
  (setq-local comment-start "# "
              comment-end ""
              comment-start-skip (rx (+ "#") (* blank))
              indent-tabs-mode nil
              tab-width scale-ts-mode-indent-offset
              indent-line-function #'scale-ts-mode-indent-line
              syntax-propertize-function #'scale-ts-mode--texts
              electric-indent-chars (append "{}[]()" electric-indent-chars))
  (when (and (fboundp 'treesit-ready-p) (treesit-ready-p 'scale t))
    (treesit-parser-create 'scale)
    (setq-local treesit-font-lock-settings (scale-ts-mode--font-lock)
                treesit-font-lock-feature-list
                '((comment definition) (keyword string type) (constant escape number property function reference) (operator bracket delimiter error))
                treesit-simple-imenu-settings scale-ts-mode--imenu
                treesit-defun-type-regexp (concat "\\`" (regexp-opt scale-ts-mode--declarations) "\\'")
                treesit-defun-name-function #'scale-ts-mode--name)
    (treesit-major-mode-setup)))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.scale\\'" . scale-ts-mode))

(defvar eglot-server-programs)
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(scale-ts-mode . ("scalec" "lsp"))))

(provide 'scale-ts-mode)
;;; scale-ts-mode.el ends here
