<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

/**
 * What is known of a domain before it is added.
 */
final class Preview {

	/**
	 * @param string       $typed     As it was typed or pasted.
	 * @param string       $domain    In the form that is sent.
	 * @param string       $shown     For people.
	 * @param ?string      $www       The www name that comes along; null: none.
	 * @param ?int         $owner     The site that has it; null: none.
	 * @param ?Refusal     $refusal   What is in the way, whichever way is chosen; null: nothing.
	 * @param list<Add_Option>  $offers    The ways in which it can be added.
	 * @param string       $www_shown The www name in the script that it is written in, or ''.
	 */
	public function __construct(
		public readonly string $typed,
		public readonly string $domain,
		public readonly string $shown,
		public readonly ?string $www,
		public readonly ?int $owner,
		public readonly ?Refusal $refusal,
		public readonly array $offers,
		public readonly string $www_shown = '',
	) {}

	/**
	 * The way in which WordPress or the mapping plugin would serve the domain; null: none.
	 */
	public function serving_offer(): ?Add_Option {
		foreach ( $this->offers as $offer ) {
			if ( Add_Method::Register !== $offer->way ) {
				return $offer;
			}
		}

		return null;
	}
}
