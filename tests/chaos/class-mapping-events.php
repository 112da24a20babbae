<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

/** What becomes of mappings, by whichever plugin has them. */
final class Mapping_Events {

	public const WEIGHTS = array(
		'map'                       => 16,
		'unmap'                     => 10,
		'rename_mapping'            => 8,
		'move_mapping'              => 8,
		'move_mapping_in_two_steps' => 4,
		'move_record'               => 5,
		'map_the_network'           => 3,
		'map_without_site'          => 3,
		'make_ready'                => 8,
		'check_again'               => 3,
	);

	/** Those that save a record which they have read. */
	public const SAVES = array( 'rename_mapping', 'move_record', 'make_ready', 'check_again' );

	public function __construct( private readonly Session $session, private readonly Network_State $network ) {}

	public function map( Random $random ): void {
		$id     = $this->network->site( $random );
		$domain = $random->one_of( Names::of_mappings() );
		if ( null !== $id && null === $this->network->mapping( $domain ) ) {
			$this->create( $id, $domain );
		}
	}

	public function unmap( Random $random ): void {
		$mapping = $this->any( $random );
		if ( null !== $mapping ) {
			$this->delete( $mapping );
		}
	}

	public function rename_mapping( Random $random ): void {
		$mapping = $this->any( $random );
		$domain  = $random->one_of( Names::of_mappings() );
		if ( null === $mapping || null !== $this->network->mapping( $domain ) ) {
			return;
		}
		$old = $mapping->get_domain();
		$this->unheard_until(
			'updated',
			"$old $domain",
			static function () use ( $mapping, $domain ): void {
				$mapping->set_domain( $domain );
				if ( method_exists( $mapping, 'save' ) ) {
					$mapping->save();
				}
			}
		);
	}

	/** To another site, in one request: deleted here, made there. */
	public function move_mapping( Random $random ): void {
		$this->move( $random, static fn() => null );
	}

	public function move_mapping_in_two_steps( Random $random ): void {
		$this->move( $random, $this->session->next_request( ... ) );
	}

	/** Ultimate Multisite's record says another site. */
	public function move_record( Random $random ): void {
		$record = $this->any_record( $random );
		$id     = $this->network->site( $random );
		if ( null !== $record && null !== $id ) {
			$record->set_blog_id( $id );
			$record->save();
		}
	}

	/** The way to lose a whole network: someone maps its own domain, and takes that back. */
	public function map_the_network( Random $random ): void {
		$domain  = $random->one_of( array( Names::NETWORK, ...Names::LIVING ) );
		$mapping = $this->network->mapping( $domain );
		if ( null === $mapping ) {
			$this->create( 1, $domain );
			$mapping = $this->network->mapping( $domain );
		}
		$mapping?->delete();
	}

	/** What others have at Closte, mapped to a site that there is not. */
	public function map_without_site( Random $random ): void {
		$domain  = $random->one_of( array_values( array_filter( Names::FOREIGN, static fn( string $name ): bool => ! str_starts_with( $name, '*.' ) ) ) );
		$mapping = $this->network->mapping( $domain );
		null === $mapping ? $this->create( $random->one_of( array( 0, 9999 ) ), $domain ) : $this->delete( $mapping );
	}

	/** By an admin, who need not wait for DNS. */
	public function make_ready( Random $random ): void {
		$record = $this->any_record( $random );
		if ( null !== $record ) {
			$record->set_stage( $random->one_of( History::ACTIVE_STAGES ) );
			$record->save();
		}
	}

	/** Its way to try a failed record again. */
	public function check_again( Random $random ): void {
		$record = $this->any_record( $random );
		if ( null !== $record && in_array( $record->get_stage(), array( 'failed', 'ssl-failed' ), true ) ) {
			$record->set_stage( 'checking-dns' );
			$record->save();
		}
	}

	private function move( Random $random, callable $next ): void {
		$mapping = $this->any( $random );
		$id      = $this->network->site( $random );
		if ( null !== $mapping && null !== $id ) {
			$domain = $mapping->get_domain();
			$this->delete( $mapping );
			$next();
			if ( null === $this->network->mapping( $domain ) ) {
				$this->create( $id, $domain );
			}
		}
	}

	private function any( Random $random ): ?object {
		return $this->network->mapping( $random->one_of( Names::of_mappings() ) );
	}

	/** Of Ultimate Multisite, which has one for each site too. */
	private function any_record( Random $random ): ?object {
		if ( ! function_exists( 'wu_get_domain_by_domain' ) ) {
			return null;
		}
		$wpdb    = $this->session->wpdb;
		$domains = $wpdb->get_col( $wpdb->prepare( 'SELECT domain FROM %i ORDER BY id', $wpdb->base_prefix . 'wu_domain_mappings' ) );
		// What others have would be ours as soon as a site had it.
		$domains = array_values( array_diff( $domains, Names::FOREIGN ) );

		return array() === $domains ? null : $this->network->mapping( $random->one_of( $domains ) );
	}

	private function create( int $site, string $domain ): void {
		function_exists( 'wu_create_domain' )
			? wu_create_domain(
				array(
					'blog_id' => $site,
					'domain'  => $domain,
				)
			)
			: $this->unheard_until( 'created', $domain, static fn() => \Mercator\Mapping::create( $site, $domain ) );
	}

	private function delete( object $mapping ): void {
		$this->unheard_until( 'deleted', $mapping->get_domain(), static fn() => $mapping->delete() );
	}

	/**
	 * Mercator writes first and tells then: a request that is killed between the two tells nobody. Noted down, because no
	 * plugin can hear of it before the daily comparison.
	 */
	private function unheard_until( string $event, string $domains, callable $task ): void {
		if ( ! class_exists( 'Mercator\\Mapping', false ) ) {
			$task();
			return;
		}
		$heard = fn() => $this->session->log->write( 'heard', $domains );
		add_action( "mercator.mapping.$event", $heard, PHP_INT_MAX );
		$this->session->log->write( 'unheard', $domains );
		$task();
		remove_action( "mercator.mapping.$event", $heard, PHP_INT_MAX );
	}
}
