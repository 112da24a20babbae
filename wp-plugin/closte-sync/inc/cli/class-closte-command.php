<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Container;
use ClosteSync\Diagnosis\Connection_Check;
use ClosteSync\Extension\Key_Provider;
use ClosteSync\Settings\Settings;
use ClosteSync\Sync\Readiness;
use WP_CLI\Formatter;

/**
 * Keeps the domains of this network at Closte.
 *
 * ## EXAMPLES
 *
 *     # Where does everything stand?
 *     $ wp closte status
 *
 *     # Which domains failed, and why?
 *     $ wp closte domain list --stage=failed
 *
 *     # Something does not work
 *     $ wp closte doctor
 */
final class Closte_Command {

	private const STATUS_FIELDS = array(
		'integration',
		'identity',
		'key',
		'key_source',
		'extension',
		'closte',
		'check_interval',
		'targets',
		'www',
		'subdomains',
		'domains',
		'pending',
		'checking-dns',
		'checking-ssl-cert',
		'done',
		'failed',
		'ssl-failed',
		'removing',
		'retired',
		'unreadable',
		'due',
		'next_due',
	);

	public function __construct( private readonly Container $services ) {}

	/**
	 * Asks Closte whether it accepts the key.
	 *
	 * Nothing is changed at Closte. Ends with status 1 when there is no extension or no key, when the key is refused,
	 * or when Closte cannot be reached, and says what to do.
	 *
	 * ## EXAMPLES
	 *
	 *     $ wp closte verify
	 *     Success: Closte answers and accepts the key (94 ms).
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function verify( array $args, array $assoc_args ): void {
		Terminal::expect_no_arguments( $args, $assoc_args );
		$finding = ( new Connection_Check( $this->services->extension() ) )->run();
		Terminal::fail_on_error( $finding );
		\WP_CLI::success( $finding->message );
	}

	/**
	 * Shows the settings in force and how many domains stand where.
	 *
	 * Makes no call to Closte: `wp closte verify` does.
	 *
	 * ## OPTIONS
	 *
	 * [--field=<field>]
	 * : Shows the value of one field.
	 *
	 * [--fields=<fields>]
	 * : Shows these fields only, separated by commas.
	 *
	 * [--format=<format>]
	 * : How to print it.
	 * ---
	 * default: table
	 * options:
	 *   - table
	 *   - json
	 *   - csv
	 *   - yaml
	 * ---
	 *
	 * ## AVAILABLE FIELDS
	 *
	 * * integration: `on` or `off`
	 * * identity: `same`, or `different` where this may be a copy of the network that the domains were recorded for:
	 *   nothing is sent then, and `wp closte identity` says more
	 * * key: the last characters of the API key, `missing`, or `unreadable` (WordPress's salts changed)
	 * * key_source: `constant`, `environment`, `settings` (entered on screen or by `wp closte key set`) or
	 *   `ultimate-multisite`
	 * * extension: version of the PHP extension, or `missing`
	 * * closte: `ok`, or what was wrong with the last call
	 * * check_interval: seconds between two looks at an unfinished domain
	 * * targets: what counts as here
	 * * www, subdomains: how www names and subdomains of the network are handled
	 * * domains: how many are recorded; then how many of them are in each stage. `retired`: nothing of this network uses
	 *   them any more
	 * * unreadable: how many cannot be read, and are set aside
	 * * due: how many would be worked on now
	 * * next_due: when the next one is, in UTC
	 *
	 * ## EXAMPLES
	 *
	 *     # How many domains have failed?
	 *     $ wp closte status --field=failed
	 *     0
	 *
	 *     $ wp closte status --format=json
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function status( array $args, array $assoc_args ): void {
		Choice::expect_output( $assoc_args, array( 'table', 'json', 'csv', 'yaml' ), self::STATUS_FIELDS );
		$formatter = new Formatter( $assoc_args, self::STATUS_FIELDS );
		$formatter->display_item( $this->status_item() );
		if ( 'table' === $formatter->format && ! isset( $assoc_args['field'] ) ) {
			$this->hint_after_status();
		}
	}

	/**
	 * Switches the integration on.
	 *
	 * Domains that were recorded while it was off are sent by the next run.
	 *
	 * ## EXAMPLES
	 *
	 *     $ wp closte enable
	 *     Success: The Closte integration is on.
	 *     hint: send the domains of sites that were there before: wp closte sync
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function enable( array $args, array $assoc_args ): void {
		Terminal::expect_no_arguments( $args, $assoc_args );
		if ( Settings::saved() && Settings::load()->enabled ) {
			\WP_CLI::success( __( 'The Closte integration is on already.', 'closte-sync' ) );
			return;
		}
		$this->save( Settings::stored()->with( array( 'enabled' => true ) ) );
		\WP_CLI::success( __( 'The Closte integration is on.', 'closte-sync' ) );
		$problem = $this->services->readiness()->problem();
		if ( null !== $problem ) {
			Terminal::warn( $problem );
			return;
		}
		Terminal::hint( __( 'send the domains of sites that were there before: wp closte sync', 'closte-sync' ) );
	}

	/**
	 * Switches the integration off.
	 *
	 * Domains stay at Closte. What is wanted is recorded all the same, and sent once it is switched on again.
	 *
	 * ## EXAMPLES
	 *
	 *     $ wp closte disable
	 *     Success: The Closte integration is off.
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function disable( array $args, array $assoc_args ): void {
		Terminal::expect_no_arguments( $args, $assoc_args );
		if ( Settings::saved() && ! Settings::load()->enabled ) {
			\WP_CLI::success( __( 'The Closte integration is off already.', 'closte-sync' ) );
			return;
		}
		$this->save( Settings::stored()->with( array( 'enabled' => false ) ) );
		\WP_CLI::success( __( 'The Closte integration is off. Domains stay at Closte.', 'closte-sync' ) );
	}

	/**
	 * Stores settings, or ends with status 1.
	 */
	private function save( Settings $settings ): void {
		if ( ! $settings->save() ) {
			Terminal::fail( __( 'The settings could not be saved, and stay as they were.', 'closte-sync' ), __( 'see that the database is there and can be written to', 'closte-sync' ) );
		}
	}

	/**
	 * @return array<string, int|string>
	 */
	private function status_item(): array {
		$settings = Settings::load();
		$key      = Key_Provider::find();
		$counts   = $this->services->ledger_search()->counts_by_stage();
		$leases   = $this->services->leases();
		$next_due = $leases->next_due();
		$failure  = $this->services->circuit_breaker()->failure();
		return array(
			'integration'    => $settings->enabled ? 'on' : 'off',
			'identity'       => $this->services->readiness()->is_another_network() ? 'different' : 'same',
			'key'            => Key_Command::state_of( $key ),
			'key_source'     => $key->source ?? '',
			'extension'      => $this->services->extension()->version() ?? 'missing',
			'closte'         => null === $failure ? 'ok' : Terminal::clean( $this->services->circuit_breaker()->failure_text() ),
			'check_interval' => $settings->check_interval,
			'targets'        => implode( ', ', $settings->effective_targets() ),
			'www'            => $settings->www->value,
			'subdomains'     => $settings->subdomains->value,
			'domains'        => array_sum( $counts ),
			...$counts,
			'unreadable'     => $this->services->ledger_search()->count_unreadable(),
			'due'            => $leases->count_due(),
			'next_due'       => null === $next_due ? '' : gmdate( 'Y-m-d H:i:s', $next_due ),
		);
	}

	private function hint_after_status(): void {
		$problem = $this->services->readiness()->problem();
		$counts  = $this->services->ledger_search()->counts_by_stage();
		if ( $this->services->readiness()->is_another_network() ) {
			Terminal::warn( (string) $this->services->readiness()->identity_problem() );
			Terminal::hint( Readiness::identity_advice() );
		} elseif ( ! Settings::load()->enabled ) {
			Terminal::hint( __( 'switch the integration on: wp closte enable', 'closte-sync' ) );
		} elseif ( null !== $problem ) {
			Terminal::hint( $problem );
		} elseif ( null !== $this->services->circuit_breaker()->failure() ) {
			Terminal::hint( __( 'find out more: wp closte doctor', 'closte-sync' ) );
		} elseif ( $this->services->ledger_search()->count_unreadable() > 0 ) {
			Terminal::hint( __( 'see which rows cannot be read, and what to do: wp closte doctor', 'closte-sync' ) );
		} elseif ( $counts['failed'] + $counts['ssl-failed'] > 0 ) {
			Terminal::hint( __( 'see why domains failed: wp closte domain list --stage=failed --fields=domain,problem,next_step', 'closte-sync' ) );
		} elseif ( 0 === array_sum( $counts ) ) {
			Terminal::hint( __( 'record and send the domains of this network: wp closte sync', 'closte-sync' ) );
		} elseif ( $this->services->leases()->count_due() > 0 ) {
			Terminal::hint( __( 'work on what is due now instead of waiting for WP-Cron: wp closte run', 'closte-sync' ) );
		} elseif ( $counts['retired'] > 0 ) {
			Terminal::hint( __( 'see which domains nothing of this network uses any more: wp closte domain list --stage=retired', 'closte-sync' ) );
		}
	}
}
