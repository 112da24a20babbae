<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources\Mercator;

use ClosteSync\Domains\Source;
use ClosteSync\Sync\Services;

defined( 'ABSPATH' ) || exit;

/**
 * Mercator, and WP Ultimo 1.x, which embeds it.
 */
final class Mercator implements Source {

	public const ID = 'mercator';

	/** Of `plugins_loaded`: by then, Ultimate Multisite is there if it ever is. */
	private const PRIORITY = 20;

	public function __construct( private readonly Services $services ) {}

	public function id(): string {
		return self::ID;
	}

	public function label(): string {
		return __( 'Mercator mapping', 'closte-sync' );
	}

	public function is_loaded(): bool {
		return class_exists( 'Mercator\\Mapping', false );
	}

	public function table(): ?string {
		return 'domain_mapping';
	}

	public function register(): void {
		if ( self::is_late() ) {
			$this->register_beside_no_other();
		} else {
			add_action( 'plugins_loaded', $this->register_beside_no_other( ... ), self::PRIORITY );
		}
	}

	public function reasons(): array {
		return array(
			'mercator.mapping.created' => 'mapped',
			'mercator.mapping.updated' => array(
				'add'    => 'mapped',
				'remove' => 'unmapped',
			),
			'mercator.mapping.deleted' => 'unmapped',
		);
	}

	public function can_map(): bool {
		return $this->is_loaded() && method_exists( 'Mercator\\Mapping', 'get_by_domain' );
	}

	public function map( string $domain, int $blog_id ): ?\WP_Error {
		return Mercator_Mappings::add( $domain, $blog_id );
	}

	public function unmap( string $domain, int $blog_id ): ?\WP_Error {
		return Mercator_Mappings::delete( $domain, $blog_id );
	}

	/**
	 * Ultimate Multisite fires Mercator's actions too, with a deprecation notice, if anything listens.
	 */
	public function plan_leaves( int $blog_id ): ?int {
		return null;
	}

	public function stand_in(): ?string {
		return null;
	}

	/**
	 * Whether WordPress would not call any longer what is added to `plugins_loaded` now: on a page of the front end, the event
	 * that loads this plugin may be one of that very hook.
	 */
	private static function is_late(): bool {
		return doing_action( 'plugins_loaded' )
			? $GLOBALS['wp_filter']['plugins_loaded']->current_priority() >= self::PRIORITY
			: did_action( 'plugins_loaded' ) > 0;
	}

	private function register_beside_no_other(): void {
		if ( function_exists( 'wu_get_domains' ) || did_action( 'wu_register_integrations' ) > 0 ) {
			return;
		}

		$on = $this->services->listen( ... );

		$on( 'mercator.mapping.created', fn( object $mapping ) => $this->listener()->created( $mapping ) );
		$on( 'mercator.mapping.updated', fn( object $current, object $old ) => $this->listener()->updated( $current, $old ), 10, 2 );
		$on( 'mercator.mapping.deleted', fn( object $mapping ) => $this->listener()->deleted( $mapping ) );
	}

	private function listener(): Mercator_Listener {
		return new Mercator_Listener( $this->services->sync(), self::ID );
	}
}
