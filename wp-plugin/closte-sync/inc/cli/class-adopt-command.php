<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Container;
use ClosteSync\Sync\Readiness;
use ClosteSync\Text\Error_Text;

/**
 * Takes foreign domains over.
 */
final class Adopt_Command {

	public function __construct( private readonly Container $services ) {}

	/**
	 * Takes domains over that Closte has and that no site or mapping of this network ever had.
	 *
	 * From then on they are looked at and shown like those that were added by hand, and `wp closte domain remove` can
	 * remove them. `wp closte sync --dry-run` shows which domains are foreign.
	 *
	 * ## OPTIONS
	 *
	 * <domain>...
	 * : One or more domains.
	 *
	 * ## EXAMPLES
	 *
	 *     $ wp closte adopt old.example.com
	 *     Adopted old.example.com.
	 *     Success: Adopted 1 of 1 domains.
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function __invoke( array $args, array $assoc_args ): void {
		// What Closte has is the original's, where this is a copy.
		$problem = $this->services->readiness()->identity_problem();
		if ( null !== $problem ) {
			Terminal::fail( $problem, Readiness::identity_advice() );
		}
		$remote = $this->remote();
		$report = new Change_Report( 'adopt', count( $args ) );
		foreach ( $args as $domain ) {
			$name = $this->services->domain_names()->canonical( $domain );
			if ( ! in_array( $name, $remote, true ) ) {
				/* translators: %s: domain */
				Terminal::warn( sprintf( __( 'Closte does not have %s.', 'closte-sync' ), $name ) );
				/* translators: %s: domain */
				Terminal::hint( sprintf( __( 'wp closte domain add %s sends it', 'closte-sync' ), $name ) );
				continue;
			}
			if ( null !== $this->services->ledger()->find( $name ) ) {
				/* translators: %s: domain */
				Terminal::say( sprintf( __( '%s is ours already.', 'closte-sync' ), $name ) );
				$report->already();
			} else {
				$this->services->reconciler()->adopt( $name );
				/* translators: %s: domain */
				Terminal::say( sprintf( __( 'Adopted %s.', 'closte-sync' ), $name ) );
				$report->done();
			}
		}
		$report->finish();
	}

	/**
	 * @return list<string>
	 */
	private function remote(): array {
		try {
			return array_map(
				static fn( \Closte\RemoteDomain $domain ): string => $domain->domain,
				$this->services->extension()->client()->domains()
			);
		} catch ( \Closte\ClosteException | \RuntimeException $e ) {
			Terminal::fail( Error_Text::of( $e ), __( 'find out more: wp closte doctor', 'closte-sync' ) );
		}
	}
}
