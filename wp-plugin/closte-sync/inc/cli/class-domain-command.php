<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Container;
use ClosteSync\Domains\Domain_Names;
use ClosteSync\Ledger\Ledger_Query;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\State;
use ClosteSync\Ledger\Wanted;
use WP_CLI\Formatter;

/**
 * Lists, adds, removes and retries domains.
 *
 * Domains of sites and mappings are added and removed automatically: these commands are not needed for them.
 *
 * ## EXAMPLES
 *
 *     # Which domains need action, and what must be done?
 *     $ wp closte domain list --state=network-must-act,owner-must-act
 *
 *     # Why does this one not work?
 *     $ wp closte domain get shop.example.com --fields=state,problem,next_step
 *
 *     # Check everything again that failed
 *     $ wp closte domain retry $(wp closte domain list --stage=failed --format=ids)
 */
final class Domain_Command {

	public function __construct( private readonly Container $services ) {}

	/**
	 * Lists domains, those that need action first.
	 *
	 * In a terminal, what to do is shortened to fit a line. It is printed in full into a pipe, with --fields, and in every other format.
	 *
	 * ## OPTIONS
	 *
	 * [--state=<state>]
	 * : Only domains in these states, separated by commas: `network-must-act` (refused by Closte, or nobody could check it), `owner-must-act` (something must change at the DNS provider), `waiting` (nobody needs to do anything), `leaving` (being removed) or `working`.
	 *
	 * [--stage=<stage>]
	 * : Only domains in these stages, separated by commas: `pending`, `checking-dns`, `checking-ssl-cert`, `done`, `failed`, `ssl-failed`, `removing` or `retired` (no longer used by this network).
	 *
	 * [--wanted=<wanted>]
	 * : Only domains that should be at Closte (`present`), should not be there (`absent`), or are no longer used and left alone (`retired`). Separate several with commas.
	 *
	 * [--source=<source>]
	 * : Only domains from these sources, separated by commas: `core`, `www`, `sync`, `manual`, or a domain mapping plugin (`ultimate-multisite`, `mercator`).
	 *
	 * [--blog_id=<id>]
	 * : Only domains of the site with this ID.
	 *
	 * [--search=<text>]
	 * : Only domains that contain this text, or whose site has it in its title or at the start of its address.
	 *
	 * [--orderby=<column>]
	 * : The column to sort by. `state` puts those that need action first, and sorts each state by name, so that www names are next to their domains. Others: `id`, `domain`, `blog_id`, `source`, `wanted`, `stage`, `stage_since`, `state_since`, `attempts`, `next_check_at`, `accepted_at`, `certificate_not_after`, `created_at` or `updated_at`.
	 * ---
	 * default: state
	 * ---
	 *
	 * [--order=<order>]
	 * : The direction to sort in: `asc` or `desc`.
	 * ---
	 * default: asc
	 * ---
	 *
	 * [--field=<field>]
	 * : Prints the value of one field for each domain.
	 *
	 * [--fields=<fields>]
	 * : Shows only these fields, separated by commas.
	 *
	 * [--format=<format>]
	 * : The output format. `ids` prints the domains in one line, as arguments for other commands.
	 * ---
	 * default: table
	 * options:
	 *   - table
	 *   - csv
	 *   - json
	 *   - yaml
	 *   - ids
	 *   - count
	 * ---
	 *
	 * ## AVAILABLE FIELDS
	 *
	 * Shown by default: domain, state, what_to_do.
	 *
	 * Also available: unicode, blog_id, source, by_hand (whether someone added it manually), wanted, stage, since (of the stage), state_since, records (the DNS records to set or delete), problem, next_step, attempts, next_check, accepted, error_kind, error_reason, dns_state, dns_checked, certificate_state, certificate_issuer, certificate_ends, certificate_checked, created, updated. Times are in UTC. A table shows the state in words, other formats its machine word.
	 *
	 * ## EXAMPLES
	 *
	 *     $ wp closte domain list
	 *     +------------------+----------------+-------------------+
	 *     | domain           | state          | what_to_do        |
	 *     +------------------+----------------+-------------------+
	 *     | shop.example.com | Owner must act | Set A 203.0.113.7 |
	 *     +------------------+----------------+-------------------+
	 *
	 *     # Which domains must their owners do something about?
	 *     $ wp closte domain list --state=owner-must-act --fields=domain,problem
	 *
	 *     # How many are there?
	 *     $ wp closte domain list --format=count
	 *     1
	 *
	 * @subcommand list
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function list_( array $args, array $assoc_args ): void {
		Word_Option::expect_output( $assoc_args, array( 'table', 'csv', 'json', 'yaml', 'ids', 'count' ), Domain_Item::FIELDS );

		$hindrance = $this->services->readiness()->hindrance();
		$states    = array_map( State::from( ... ), Word_Option::several( 'state', $assoc_args['state'] ?? null, array_column( State::cases(), 'value' ) ) );
		$query     = $this->query( $assoc_args, $states, $hindrance );
		$search    = $this->services->ledger_search();

		if ( 'count' === $assoc_args['format'] ) {
			\WP_CLI::line( (string) $search->count( $query ) );
			return;
		}

		$rows = $search->each( $query );

		if ( 'ids' === $assoc_args['format'] ) {
			$this->list_arguments( $rows );
			return;
		}

		$printer = new Item_Printer( $assoc_args, Domain_Item::FIELDS_OF_LIST, fits: true );

		$count   = $printer->print( $this->items( $rows, $printer->is_for_people() ) );

		if ( 0 === $count && 'table' === $assoc_args['format'] && 0 === $search->count() ) {
			Terminal::hint( __( 'there are no domains yet: wp closte sync adds those of this network', 'closte-sync' ) );
		}
	}

	/**
	 * @param array<string, string> $assoc_args Options.
	 * @param list<State>           $states     As they are shown; empty: all.
	 */
	private function query( array $assoc_args, array $states, string $hindrance ): Ledger_Query {
		$stages = array_column( Stage::cases(), 'value' );
		$wanted = array_column( Wanted::cases(), 'value' );

		return new Ledger_Query(
			stage: array_map( Stage::from( ... ), Word_Option::several( 'stage', $assoc_args['stage'] ?? null, $stages ) ),
			wanted: array_map( Wanted::from( ... ), Word_Option::several( 'wanted', $assoc_args['wanted'] ?? null, $wanted ) ),
			search: $this->services->domain_names()->searchable( $assoc_args['search'] ?? '' ),
			source: Word_Option::several( 'source', $assoc_args['source'] ?? null, $this->services->sources()->ids() ),
			sites: $this->services->site_search()->find( $assoc_args['search'] ?? '' ),
			blog_id: isset( $assoc_args['blog_id'] ) ? Word_Option::site( $assoc_args['blog_id'] ) : null,
			orderby: Word_Option::one( 'orderby', $assoc_args['orderby'], Ledger_Query::ORDERBY ),
			order: Word_Option::one( 'order', $assoc_args['order'], array( 'asc', 'desc' ) ),
			per_page: null,
			state: array() === $states ? State::in_order( $hindrance ) : array_values(
				array_filter(
					State::in_order( $hindrance ),
					static fn( State $state ): bool => in_array( $state->under( $hindrance ), $states, true )
				)
			),
		);
	}

	/**
	 * @param iterable<Ledger_Row> $rows
	 * @return \Generator<array<string, int|string>>
	 */
	private function items( iterable $rows, bool $is_for_people ): \Generator {
		$item = $this->item();

		foreach ( $rows as $row ) {
			yield $item->of( $row, $is_for_people );
		}
	}

	/**
	 * Prints domains in one line, as arguments for other commands.
	 *
	 * What customers wrote that is no name is left out: a shell could take it for an option, or for several words.
	 *
	 * @param iterable<Ledger_Row> $rows
	 */
	private function list_arguments( iterable $rows ): void {
		$before   = '';
		$left_out = 0;

		foreach ( $rows as $row ) {
			if ( Domain_Names::is_argument( $row->domain ) ) {
				echo $before, $row->domain; // phpcs:ignore WordPress.Security.EscapeOutput
				$before = ' ';
			} else {
				++$left_out;
			}
		}

		echo "\n";

		if ( $left_out > 0 ) {
			/* translators: %d: number of domains */
			Terminal::warn( sprintf( _n( '%d domain is left out: it is not a valid host name, and a shell could misread it.', '%d domains are left out: they are not valid host names, and a shell could misread them.', $left_out, 'closte-sync' ), $left_out ) );
			Terminal::hint( __( 'see them with --format=json', 'closte-sync' ) );
		}
	}

	/**
	 * Shows one domain.
	 *
	 * ## OPTIONS
	 *
	 * <domain>
	 * : The domain.
	 *
	 * [--field=<field>]
	 * : Prints the value of one field.
	 *
	 * [--fields=<fields>]
	 * : Shows only these fields, separated by commas. `wp help closte domain list` names them.
	 *
	 * [--format=<format>]
	 * : The output format.
	 * ---
	 * default: table
	 * options:
	 *   - table
	 *   - csv
	 *   - json
	 *   - yaml
	 * ---
	 *
	 * ## EXAMPLES
	 *
	 *     $ wp closte domain get shop.example.com --field=state
	 *     working
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function get( array $args, array $assoc_args ): void {
		Word_Option::expect_output( $assoc_args, array( 'table', 'csv', 'json', 'yaml' ), Domain_Item::FIELDS );

		$lookup = new Lookup( $this->services );
		$row    = $lookup->find( $args[0] );

		if ( null === $row ) {
			Terminal::fail(
				$lookup->absence( $args[0] ),
				__( 'list all domains: wp closte domain list; add those of sites and mappings: wp closte sync', 'closte-sync' )
			);
		}

		$is_for_people = 'table' === $assoc_args['format'] && ! isset( $assoc_args['field'] );

		( new Formatter( $assoc_args, Domain_Item::FIELDS ) )->display_item( $this->item()->of( $row, $is_for_people ) );
	}

	private function item(): Domain_Item {
		return new Domain_Item( $this->services->domain_names(), $this->services->readiness()->hindrance() );
	}
}
