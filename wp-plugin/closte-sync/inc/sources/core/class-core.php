<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources\Core;

use ClosteSync\Domains\Owner_Added_Domains;
use ClosteSync\Domains\Source;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Sync\Services;

defined( 'ABSPATH' ) || exit;

/**
 * WordPress's own sites.
 */
final class Core implements Source {

	public function __construct( private readonly Services $services ) {}

	public function id(): string {
		return Row_Source::CORE;
	}

	public function label(): string {
		return Row_Source::label( Row_Source::CORE );
	}

	public function is_loaded(): bool {
		return true;
	}

	/**
	 * Its sites are no mappings.
	 */
	public function table(): ?string {
		return null;
	}

	public function register(): void {
		$on = $this->services->listen( ... );

		$on( 'wp_validate_site_data', fn( mixed ...$given ) => $this->listener()->before_write( ...$given ), PHP_INT_MAX, 3 );
		$on( 'wp_initialize_site', fn( \WP_Site $site ) => $this->listener()->created( $site ), 20 );
		$on( 'wp_update_site', fn( ?\WP_Site $current, \WP_Site $old ) => $this->listener()->updated( $current, $old ), 10, 2 );
		$on( 'wp_uninitialize_site', fn( \WP_Site $site ) => $this->listener()->before_delete( $site ), 0 );
		$on( 'wp_delete_site', fn( \WP_Site $site ) => $this->listener()->deleted( $site ) );
	}

	public function reasons(): array {
		return array(
			'wp_initialize_site'   => 'site-created',
			'wp_update_site'       => 'site-changed',
			'wp_uninitialize_site' => 'site-deleted',
			'wp_delete_site'       => 'site-deleted',
		);
	}

	public function can_map(): bool {
		return true;
	}

	public function map( string $domain, int $blog_id ): ?\WP_Error {
		return Site_Address::change( $blog_id, $domain );
	}

	/**
	 * A site has an address as long as it is there.
	 */
	public function unmap( string $domain, int $blog_id ): ?\WP_Error {
		return new \WP_Error(
			'site_address',
			/* translators: 1: domain, 2: number of a site */
			sprintf( __( '%1$s is the address of site %2$d. To remove it, give the site another address under Network Admin → Sites → Edit, or delete the site.', 'closte-sync' ), $domain, $blog_id )
		);
	}

	public function plan_leaves( int $blog_id ): ?int {
		return null;
	}

	public function stand_in(): ?string {
		return null;
	}

	private function listener(): Core_Listener {
		return new Core_Listener(
			$this->services->sync(),
			$this->services->ledger(),
			$this->services->desired_domains(),
			new Owner_Added_Domains(),
			$this->services->domain_names()
		);
	}
}
