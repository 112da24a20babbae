<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

/**
 * What one check found, in words, and what to do about it.
 */
final class Finding {

	/**
	 * A finding. All texts are plain text: whoever prints them into a page escapes them.
	 *
	 * @param string       $check      Stable machine word of the check.
	 * @param string       $label      The name of the check, for people.
	 * @param string       $advice     What to do next; empty when there is nothing to do.
	 * @param bool         $is_refusal Whether Closte answered and refused the key.
	 * @param list<string> $lines      To copy: what the advice ends with.
	 */
	public function __construct(
		public readonly string $check,
		public readonly string $label,
		public readonly Severity $severity,
		public readonly string $message,
		public readonly string $advice = '',
		public readonly bool $is_refusal = false,
		public readonly array $lines = array(),
	) {}

	public function is_error(): bool {
		return Severity::Error === $this->severity;
	}

	/**
	 * For JSON and other machine formats.
	 *
	 * @return array{check: string, status: string, message: string, advice: string}
	 */
	public function to_array(): array {
		return array(
			'check'   => $this->check,
			'status'  => $this->severity->value,
			'message' => $this->message,
			'advice'  => trim( $this->advice . ' ' . implode( '; ', $this->lines ) ),
		);
	}
}
