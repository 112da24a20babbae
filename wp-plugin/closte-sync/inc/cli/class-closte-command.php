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
 * Manages the domains of this network at Closte.
 *
 * ## EXAMPLES
 *
 *     # How are all domains doing?
 *     $ wp closte status
 *
 *     # Which domains need action, and what must be done?
 *     $ wp closte domain list --state=network-must-act,owner-must-act
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
		'resolvers',
		'site_owners',
		'email',
		'domains',
		'network-must-act',
		'owner-must-act',
		'waiting',
		'leaving',
		'working',
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
	 * Checks whether Closte accepts the API key.
	 *
	 * Changes nothing at Closte. Ends with status 1 when the extension or the key is missing, when Closte refuses the key, or when Closte cannot be reached, and says what to do.
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
	 * Shows the settings in use and how many domains are in each state.
	 *
	 * Does not call Closte; `wp closte verify` does.
	 *
	 * ## OPTIONS
	 *
	 * [--field=<field>]
	 * : Shows the value of one field.
	 *
	 * [--fields=<fields>]
	 * : Shows only these fields, separated by commas.
	 *
	 * [--format=<format>]
	 * : The output format. `openmetrics` prints metrics for Prometheus: redirect them to a file that the textfile collector of the node exporter reads. It cannot be combined with --field or --fields.
	 * ---
	 * default: table
	 * options:
	 *   - table
	 *   - json
	 *   - csv
	 *   - yaml
	 *   - openmetrics
	 * ---
	 *
	 * ## AVAILABLE FIELDS
	 *
	 * * integration: `on` or `off`
	 * * identity: `same`, or `different` when this may be a copy of the network that the domains were recorded for. Nothing is sent then; `wp closte identity` says more
	 * * key: the last characters of the API key, `missing`, or `unreadable` (WordPress's salts changed)
	 * * key_source: `constant`, `environment`, `settings` (entered on the settings screen or with `wp closte key set`) or `ultimate-multisite`
	 * * extension: version of the PHP extension, or `missing`
	 * * closte: `ok`, or what was wrong with the last call
	 * * check_interval: seconds between two checks of an unfinished domain
	 * * targets: addresses of this network
	 * * www, subdomains: how www names and subdomains of the network are handled
	 * * resolvers: DNS servers that checks ask; empty: those of the extension
	 * * site_owners: how many domains site owners may add to a site, or `off`
	 * * email: `summary` (weekly, to the network admin), `owners` (to site owners who must change their DNS), both, or `off`
	 * * domains: how many domains are recorded; then how many of them are in each state, and in each stage. `retired`: no longer used by this network
	 * * unreadable: how many rows cannot be read and are set aside
	 * * due: how many domains a run would work on now
	 * * next_due: when the next domain is due, in UTC
	 *
	 * ## EXAMPLES
	 *
	 *     # How many domains must their owners do something about?
	 *     $ wp closte status --field=owner-must-act
	 *     0
	 *
	 *     $ wp closte status --format=json
	 *
	 *     # Metrics for the node exporter
	 *     $ wp closte status --format=openmetrics > closte.new && mv closte.new closte.prom
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function status( array $args, array $assoc_args ): void {
		Word_Option::expect_output( $assoc_args, array( 'table', 'json', 'csv', 'yaml', 'openmetrics' ), self::STATUS_FIELDS );

		if ( 'openmetrics' === $assoc_args['format'] ) {
			if ( isset( $assoc_args['field'] ) || isset( $assoc_args['fields'] ) ) {
				Terminal::fail( __( '--format=openmetrics prints all metrics. It cannot be combined with --field or --fields.', 'closte-sync' ) );
			}

			echo ( new Status_Metrics( $this->services ) )->text(); // phpcs:ignore WordPress.Security.EscapeOutput
			return;
		}

		$formatter = new Formatter( $assoc_args, self::STATUS_FIELDS );
		$formatter->display_item( $this->status_item() );
		if ( 'table' === $formatter->format && ! isset( $assoc_args['field'] ) ) {
			$this->hint_after_status();
		}
	}

	/**
	 * Turns the integration on.
	 *
	 * The next run sends the domains that were queued while it was off.
	 *
	 * ## EXAMPLES
	 *
	 *     $ wp closte enable
	 *     Success: The Closte integration is on.
	 *     hint: add the domains of existing sites: wp closte sync
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function enable( array $args, array $assoc_args ): void {
		Terminal::expect_no_arguments( $args, $assoc_args );
		if ( Settings::saved() && Settings::load()->enabled ) {
			\WP_CLI::success( __( 'The Closte integration is already on.', 'closte-sync' ) );
			return;
		}
		$this->save( Settings::stored()->with( array( 'enabled' => true ) ) );
		\WP_CLI::success( __( 'The Closte integration is on.', 'closte-sync' ) );
		$problem = $this->services->readiness()->problem();
		if ( null !== $problem ) {
			Terminal::warn( $problem );
			return;
		}
		Terminal::hint( __( 'add the domains of existing sites: wp closte sync', 'closte-sync' ) );
	}

	/**
	 * Turns the integration off.
	 *
	 * Domains stay at Closte. Changes are queued and sent once you turn it on again.
	 *
	 * ## EXAMPLES
	 *
	 *     $ wp closte disable
	 *     Success: The Closte integration is off. Domains stay at Closte.
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function disable( array $args, array $assoc_args ): void {
		Terminal::expect_no_arguments( $args, $assoc_args );
		if ( Settings::saved() && ! Settings::load()->enabled ) {
			\WP_CLI::success( __( 'The Closte integration is already off.', 'closte-sync' ) );
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
			Terminal::fail( __( 'The settings could not be saved and are unchanged.', 'closte-sync' ), __( 'make sure that the database can be reached and written to', 'closte-sync' ) );
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
		$mails    = array_keys( array_filter( array( 'summary' => $settings->digest, 'owners' => $settings->owner_mail ) ) );
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
			'resolvers'      => implode( ', ', $settings->resolvers ),
			'site_owners'    => $settings->owners ? $settings->owner_limit : 'off',
			'email'          => implode( ', ', $mails ) ?: 'off',
			'domains'        => array_sum( $counts ),
			...$this->services->ledger_search()->counts_by_state( $this->services->readiness()->hindrance() ),
			...$counts,
			'unreadable'     => $this->services->ledger_search()->count_unreadable(),
			'due'            => $leases->count_due(),
			'next_due'       => null === $next_due ? '' : gmdate( 'Y-m-d H:i:s', $next_due ),
		);
	}

	private function hint_after_status(): void {
		$problem = $this->services->readiness()->problem();
		$counts  = $this->services->ledger_search()->counts_by_stage();
		$states  = $this->services->ledger_search()->counts_by_state( $this->services->readiness()->hindrance() );

		if ( $this->services->readiness()->is_another_network() ) {
			Terminal::warn( (string) $this->services->readiness()->identity_problem() );
			Terminal::hint( Readiness::identity_advice() );
		} elseif ( ! Settings::load()->enabled ) {
			Terminal::hint( __( 'turn the integration on: wp closte enable', 'closte-sync' ) );
		} elseif ( null !== $problem ) {
			Terminal::hint( $problem );
		} elseif ( null !== $this->services->circuit_breaker()->failure() ) {
			Terminal::hint( __( 'find out more: wp closte doctor', 'closte-sync' ) );
		} elseif ( $this->services->ledger_search()->count_unreadable() > 0 ) {
			Terminal::hint( __( 'see which rows cannot be read and what to do: wp closte doctor', 'closte-sync' ) );
		} elseif ( $states['network-must-act'] + $states['owner-must-act'] > 0 ) {
			Terminal::hint( __( 'see what must be done: wp closte domain list --state=network-must-act,owner-must-act', 'closte-sync' ) );
		} elseif ( 0 === array_sum( $counts ) ) {
			Terminal::hint( __( 'add the domains of this network: wp closte sync', 'closte-sync' ) );
		} elseif ( $this->services->leases()->count_due() > 0 ) {
			Terminal::hint( __( 'run now instead of waiting for WP-Cron: wp closte run', 'closte-sync' ) );
		} elseif ( $counts['retired'] > 0 ) {
			Terminal::hint( __( 'see which domains this network no longer uses: wp closte domain list --stage=retired', 'closte-sync' ) );
		}
	}
}
