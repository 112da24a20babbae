<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Domains;

/**
 * Where sites get their domains from: WordPress itself, or a domain mapping plugin. The class is loaded on every page,
 * to put its hooks in place: what those need is made when one of them fires.
 */
interface Source {

	/**
	 * The word for it in rows of the ledger and of the log, at most 20 bytes.
	 */
	public function id(): string;

	/**
	 * What people read where a domain was heard of.
	 */
	public function label(): string;

	/**
	 * Whether its plugin is loaded in this request.
	 */
	public function is_loaded(): bool;

	/**
	 * Its table of mappings, which has the columns `id`, `blog_id` and `domain`, as named behind the network's prefix;
	 * null: none.
	 */
	public function table(): ?string;

	/**
	 * Puts its hooks in place.
	 */
	public function register(): void;

	/**
	 * Why domains change while one of its hooks fires, as words of \ClosteSync\Log\Reason; two where the hook adds and
	 * removes.
	 *
	 * @return array<string, string|array{add: string, remove: string}> By hook.
	 */
	public function reasons(): array;

	/**
	 * Whether it can give domains to sites now: its plugin is loaded, and has what that takes.
	 */
	public function can_map(): bool;

	/**
	 * Gives a domain to a site, as its own form does: a mapping, or the site's address. Its hooks then tell of it.
	 *
	 * @param string $domain In the form that is compared.
	 * @return ?\WP_Error Why not, in words for people; null: the site has it.
	 */
	public function map( string $domain, int $blog_id ): ?\WP_Error;

	/**
	 * Takes a domain from a site.
	 *
	 * @param string $domain In the form that is compared.
	 * @return ?\WP_Error Why not, in words for people; null: the site no longer has it.
	 */
	public function unmap( string $domain, int $blog_id ): ?\WP_Error;

	/**
	 * How many more domains the plan of a site lets its owner have; null: it has no plan, or one without a limit.
	 */
	public function plan_leaves( int $blog_id ): ?int;

	/**
	 * What sends domains to Closte while no PHP of the network has the extension, in words for people; null: nothing does.
	 */
	public function stand_in(): ?string;
}
