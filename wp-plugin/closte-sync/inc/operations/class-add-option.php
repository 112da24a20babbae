<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

/**
 * A way to give a domain to a site, and what is in its way.
 */
final class Add_Option {

	/**
	 * @param string   $label       What the way is called.
	 * @param string   $description What it does to the site, in sentences.
	 * @param ?Refusal $refusal     Null: it can be done.
	 * @param string   $hint        What a network admin can do instead; ''.
	 */
	public function __construct(
		public readonly Add_Method $way,
		public readonly string $label,
		public readonly string $description,
		public readonly ?Refusal $refusal,
		public readonly string $hint = '',
	) {}

	/**
	 * All that a network admin has to know of it.
	 */
	public function sentences(): string {
		return trim( $this->description . ' ' . $this->hint );
	}
}
